package org.heliogate.rest.admin;

import java.util.List;
import org.heliogate.authz.plan.Workflow;
import org.jspecify.annotations.Nullable;

/**
 * A workflow as operators see it.
 *
 * @param latestVersion its newest version, from 1
 * @param appliedVersion the version in force, 0 for none
 * @param awaitsApplication whether the newest version waits to be applied
 * @param document the newest version's YAML; left out in lists and in the answer to a load
 */
record WorkflowView(
    String name,
    int latestVersion,
    int appliedVersion,
    boolean awaitsApplication,
    @Nullable String document) {

  private static final String YAML = "-yaml";

  /** Without the document. */
  static WorkflowView summary(Workflow workflow) {
    return view(workflow, null);
  }

  /** With the document. */
  static WorkflowView full(Workflow workflow) {
    return view(workflow, workflow.document());
  }

  /** The tag of the JSON. */
  static String tag(Workflow workflow) {
    return Long.toString(workflow.version());
  }

  /** The tag of the YAML: another representation of the same state. */
  static String yamlTag(Workflow workflow) {
    return tag(workflow) + YAML;
  }

  /** The tags of both representations. */
  static List<String> tags(Workflow workflow) {
    return List.of(tag(workflow), yamlTag(workflow));
  }

  private static WorkflowView view(Workflow workflow, @Nullable String document) {
    return new WorkflowView(
        workflow.name(),
        workflow.latestVersion(),
        workflow.appliedVersion(),
        workflow.awaitsApplication(),
        document);
  }
}
