package org.heliogate.authz.plan;

/**
 * A workflow as it is stored.
 *
 * @param name its name
 * @param latestVersion its newest version, from 1
 * @param appliedVersion the version in force, 0 for none
 * @param document the newest version's text, as the operator wrote it
 * @param version rises with each change
 */
public record Workflow(
    String name, int latestVersion, int appliedVersion, String document, long version) {

  /** Whether the newest version still waits for an operator to apply it. */
  public boolean awaitsApplication() {
    return appliedVersion < latestVersion;
  }
}
