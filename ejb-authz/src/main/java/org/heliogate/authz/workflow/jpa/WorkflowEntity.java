package org.heliogate.authz.workflow.jpa;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.util.HashSet;
import java.util.Set;

/** A workflow's row: which of its versions is the newest, and which is in force. */
@Entity
@Table(name = "workflow")
public class WorkflowEntity {

  @Id private String name;
  private int latestVersion;
  private int appliedVersion;
  @Version private long version;

  @ElementCollection
  @CollectionTable(name = "workflow_role", joinColumns = @JoinColumn(name = "workflow"))
  @Column(name = "role")
  private Set<String> roles = new HashSet<>();

  /** For JPA. */
  protected WorkflowEntity() {}

  /** A workflow without any version. */
  public WorkflowEntity(String name) {
    this.name = name;
  }

  /** Counts a further version. */
  public int addVersion() {
    return ++latestVersion;
  }

  /** Puts a version in force. */
  public void apply(int number, Set<String> roles) {
    this.appliedVersion = number;
    this.roles.retainAll(roles);
    this.roles.addAll(roles);
  }

  /** The roles of the version in force. */
  public Set<String> roles() {
    return Set.copyOf(roles);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** The newest version, from 1. */
  public int latestVersion() {
    return latestVersion;
  }

  /** The version in force, 0 for none. */
  public int appliedVersion() {
    return appliedVersion;
  }

  /** Its row's version. */
  public long version() {
    return version;
  }
}
