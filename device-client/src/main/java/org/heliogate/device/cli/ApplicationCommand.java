package org.heliogate.device.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.heliogate.device.Application;
import org.heliogate.device.AuthorizedClient;
import org.heliogate.device.Credentials;
import org.heliogate.device.ImageConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code wams application}: what applications without a secure element need. */
@Command(
    name = "application",
    mixinStandardHelpOptions = true,
    description = "Gets credentials for applications that an operator created a client for.",
    synopsisSubcommandLabel = "COMMAND")
final class ApplicationCommand {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec CommandSpec spec;

  @Command(
      name = "credentials",
      mixinStandardHelpOptions = true,
      description = {
        "Gets a certificate for an application; its key is in a PKCS#12 file of mode 600.",
        "The client secret is read from its file whenever it is needed, and copied nowhere."
      },
      footerHeading = "%nExample:%n",
      footer =
          "  wams application credentials --client-id ID --secret-file subscriber.secret --name"
              + " subscriber --resource-server mqtt")
  int credentials(
      @Mixin ImageOptions image,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              required = true,
              description = "The application's name in the directory.")
          String name,
      @Option(
              names = "--client-id",
              paramLabel = "ID",
              required = true,
              description = "Its ID at the authorization server.")
          String clientId,
      @Option(
              names = "--secret-file",
              paramLabel = "FILE",
              required = true,
              description = "The file with its client secret, and nothing else.")
          Path secretFile,
      @Option(
              names = "--resource-server",
              paramLabel = "ID",
              defaultValue = "",
              description = "The resource server (the image's).")
          String resourceServer,
      @Option(
              names = "--client-secret-post",
              description = "Authenticate with client_secret_post instead of client_secret_basic.")
          boolean post,
      @Option(names = "--json", description = "One JSON object, with timings in milliseconds.")
          boolean json) {
    PrintWriter out = spec.commandLine().getOut();
    ImageConfiguration configuration = image.configuration();
    Timings timings = new Timings();
    Application application = new Application(name, clientId, secretFile, post);
    application.save(image.directory);
    AuthorizedClient client =
        application.client(image.context(configuration).withListener(timings), image.directory);
    client.securityBootstrap();
    Credentials credentials =
        client.getCredentials(
            resourceServer.isEmpty() ? configuration.resourceServer() : resourceServer);
    if (json) {
      ObjectNode report = JSON.createObjectNode();
      report.put("command", "application credentials");
      report.put("application", name);
      CredentialsCommand.describe(credentials, report);
      report.put("ok", true);
      report.set("timings_ms", timings.json());
      out.println(report);
    } else {
      out.println(
          name
              + "  is "
              + credentials.username()
              + " at "
              + credentials.uri()
              + " until "
              + credentials.expiresAt());
    }
    out.flush();
    return 0;
  }
}
