package org.heliogate.device.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import org.heliogate.device.AuthorizedClient;
import org.heliogate.device.Credentials;
import org.heliogate.device.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code wams credentials}: {@code securityBootstrap} and {@code getCredentials}. */
@Command(
    name = "credentials",
    mixinStandardHelpOptions = true,
    description = {
      "Gets certificates for bootstrapped devices; their keys stay in the secure elements.",
      "Certificates are kept until they are due for renewal, after two thirds of their life."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  wams credentials --device SE-000001",
      "  wams credentials --all --client publisher --resource-server mqtt --json"
    })
final class CredentialsCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin DeviceOptions devices;

  @Option(
      names = "--client",
      paramLabel = "NAME",
      defaultValue = "",
      description = "The device's client, NAME or WORKFLOW.NAME; needed when it has several.")
  String client;

  @Option(
      names = "--resource-server",
      paramLabel = "ID",
      defaultValue = "",
      description = "The resource server (the image's).")
  String resourceServer;

  @Override
  public Integer call() {
    String server =
        resourceServer.isEmpty() ? devices.image.configuration().resourceServer() : resourceServer;
    return devices.forEach(
        "credentials",
        spec.commandLine().getOut(),
        spec.commandLine().getErr(),
        (device, report) -> obtain(device, server, report));
  }

  private String obtain(Device device, String server, ObjectNode report) {
    AuthorizedClient authorized = device.client(client);
    authorized.securityBootstrap();
    Credentials credentials = authorized.getCredentials(server);
    describe(credentials, report);
    return "is "
        + credentials.username()
        + " at "
        + credentials.uri()
        + " until "
        + credentials.expiresAt()
        + ", due for renewal at "
        + credentials.renewAt();
  }

  static void describe(Credentials credentials, ObjectNode report) {
    report.put("resource_server", credentials.resourceServer());
    report.put("uri", credentials.uri().toString());
    report.put("username", credentials.username());
    report.put("serial", credentials.chain().get(0).getSerialNumber().toString(16));
    report.put("expires_at", credentials.expiresAt().toString());
    report.put("renew_at", credentials.renewAt().toString());
  }
}
