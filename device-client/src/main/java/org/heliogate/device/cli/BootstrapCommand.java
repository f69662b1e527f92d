package org.heliogate.device.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import org.heliogate.device.BootstrapResult;
import org.heliogate.device.Device;
import org.heliogate.device.failure.RequestRefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code wams bootstrap}: the initial security bootstrap (D3.4.2 §3.2). */
@Command(
    name = "bootstrap",
    mixinStandardHelpOptions = true,
    description = {
      "Introduces devices to the authorization server with their master keys.",
      "What comes back is stored, but for the PIN; a key pair is made for each client.",
      "A device that the server knows to be in use, and that has its results, is left as it is."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  wams bootstrap --device SE-000001", "  wams bootstrap --all --parallel 8 --json"})
final class BootstrapCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin DeviceOptions devices;

  @Override
  public Integer call() {
    return devices.forEach(
        "bootstrap", spec.commandLine().getOut(), spec.commandLine().getErr(), this::bootstrap);
  }

  private String bootstrap(Device device, ObjectNode report) {
    try {
      BootstrapResult result = device.initialBootstrap();
      describe(result, report);
      return "bootstrapped with " + result.clients().size() + " client(s)";
    } catch (RequestRefusedException e) {
      BootstrapResult earlier = device.bootstrapResult().orElse(null);
      if (earlier == null || !e.error().equals("bootstrap_completed")) {
        throw e;
      }
      describe(earlier, report);
      report.put("already_bootstrapped", true);
      return "was bootstrapped before";
    }
  }

  private static void describe(BootstrapResult result, ObjectNode report) {
    result
        .clients()
        .forEach(
            client ->
                report
                    .withArray("clients")
                    .addObject()
                    .put("workflow", client.workflow())
                    .put("name", client.name())
                    .put("role", client.role())
                    .put("client_id", client.clientId()));
    ObjectNode parameters = report.putObject("parameters");
    result.parameters().forEach(parameters::put);
  }
}
