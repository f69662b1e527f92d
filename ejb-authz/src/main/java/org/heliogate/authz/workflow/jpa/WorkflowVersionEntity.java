package org.heliogate.authz.workflow.jpa;

import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;

/** One version of a workflow, as an operator wrote it; never changed. */
@Entity
@Table(name = "workflow_version")
public class WorkflowVersionEntity {

  @EmbeddedId private WorkflowVersionKey key;
  private String document;
  private String digest;
  private String createdBy;
  private Instant createdAt;

  /** For JPA. */
  protected WorkflowVersionEntity() {}

  /** A new version. */
  public WorkflowVersionEntity(
      String workflow,
      int number,
      String document,
      String digest,
      String createdBy,
      Instant createdAt) {
    this.key = new WorkflowVersionKey(workflow, number);
    this.document = document;
    this.digest = digest;
    this.createdBy = createdBy;
    this.createdAt = createdAt;
  }

  /** Which workflow and number. */
  public WorkflowVersionKey key() {
    return key;
  }

  /** The document's text. */
  public String document() {
    return document;
  }

  /** The digest of the document's canonical form. */
  public String digest() {
    return digest;
  }
}
