package org.heliogate.authz.grant.jpa;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Table;
import java.util.ArrayList;
import java.util.List;

/** A role's row, with its grants. */
@Entity
@Table(name = "role")
public class RoleEntity {

  @Id private String name;
  private String workflow;
  private int workflowVersion;

  @ElementCollection
  @CollectionTable(name = "role_grant", joinColumns = @JoinColumn(name = "role"))
  @OrderColumn(name = "position")
  private List<RoleGrantValue> grants = new ArrayList<>();

  /** For JPA. */
  protected RoleEntity() {}

  /** A role without grants. */
  public RoleEntity(String name) {
    this.name = name;
  }

  /** Says what the role gives, and who says so. */
  public void define(String workflow, int workflowVersion, List<RoleGrantValue> grants) {
    this.workflow = workflow;
    this.workflowVersion = workflowVersion;
    if (!this.grants.equals(grants)) {
      this.grants.clear();
      this.grants.addAll(grants);
    }
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** The workflow that last defined it. */
  public String workflow() {
    return workflow;
  }

  /** The version of that workflow. */
  public int workflowVersion() {
    return workflowVersion;
  }

  /** What it gives. */
  public List<RoleGrantValue> grants() {
    return grants;
  }
}
