package org.heliogate.rest.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.List;
import org.heliogate.authz.workflow.WorkflowDifference.Access;
import org.heliogate.authz.workflow.WorkflowDifference.DeviceDifference;
import org.heliogate.rest.wire.JsonMapper;
import org.jspecify.annotations.Nullable;

/**
 * What a workflow's change would do.
 *
 * @param devices the devices for which something changes, or that cannot be planned; read while
 *     they are written
 */
record PlanView(String workflow, Iterator<DevicePlan> devices) {

  /**
   * What changes for one device.
   *
   * @param failure why it cannot be planned; left out if it can
   */
  record DevicePlan(String device, List<ServerPlan> resourceServers, @Nullable String failure) {

    private static DevicePlan of(DeviceDifference difference) {
      return new DevicePlan(
          difference.deviceId(),
          difference.servers().stream()
              .map(
                  server ->
                      new ServerPlan(server.resourceServer(), server.added(), server.removed()))
              .toList(),
          difference.failure());
    }
  }

  /** What changes for one device at one resource server. */
  record ServerPlan(String id, List<Access> added, List<Access> removed) {}

  /**
   * Writes it as JSON, device by device.
   *
   * @param out stays open
   * @throws IOException if it cannot be written to
   */
  void write(OutputStream out) throws IOException {
    JsonMapper.mapper()
        .writer()
        .without(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
        .writeValue(out, this);
  }

  static PlanView of(String workflow, Iterator<DeviceDifference> differences) {
    return new PlanView(
        workflow,
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return differences.hasNext();
          }

          @Override
          public DevicePlan next() {
            return DevicePlan.of(differences.next());
          }
        });
  }
}
