package org.heliogate.rest.admin;

import java.util.List;
import org.heliogate.authz.workflow.WorkflowDifference;
import org.heliogate.authz.workflow.WorkflowDifference.Access;
import org.jspecify.annotations.Nullable;

/**
 * What a workflow's change would do.
 *
 * @param devices the devices for which something changes, or that cannot be planned
 */
record PlanView(String workflow, List<DevicePlan> devices) {

  /**
   * What changes for one device.
   *
   * @param failure why it cannot be planned; left out if it can
   */
  record DevicePlan(String device, List<ServerPlan> resourceServers, @Nullable String failure) {}

  /** What changes for one device at one resource server. */
  record ServerPlan(String id, List<Access> added, List<Access> removed) {}

  static PlanView of(String workflow, WorkflowDifference difference) {
    return new PlanView(
        workflow,
        difference.devices().stream()
            .map(
                device ->
                    new DevicePlan(
                        device.deviceId(),
                        device.servers().stream()
                            .map(
                                server ->
                                    new ServerPlan(
                                        server.resourceServer(), server.added(), server.removed()))
                            .toList(),
                        device.failure()))
            .toList());
  }
}
