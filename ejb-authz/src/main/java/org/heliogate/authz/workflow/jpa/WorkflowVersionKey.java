package org.heliogate.authz.workflow.jpa;

import jakarta.persistence.Embeddable;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A workflow's name and the number of one of its versions. */
@Embeddable
public class WorkflowVersionKey implements Serializable {

  private static final long serialVersionUID = 1L;

  private String workflow;
  private int number;

  /** For JPA. */
  protected WorkflowVersionKey() {}

  /** That version of that workflow. */
  public WorkflowVersionKey(String workflow, int number) {
    this.workflow = workflow;
    this.number = number;
  }

  /** The workflow. */
  public String workflow() {
    return workflow;
  }

  /** The version, from 1. */
  public int number() {
    return number;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WorkflowVersionKey that
        && workflow.equals(that.workflow)
        && number == that.number;
  }

  @Override
  public int hashCode() {
    return Objects.hash(workflow, number);
  }
}
