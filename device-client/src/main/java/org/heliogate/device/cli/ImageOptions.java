package org.heliogate.device.cli;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.heliogate.device.ClientContext;
import org.heliogate.device.ImageConfiguration;
import org.heliogate.device.StepListener;
import org.heliogate.device.http.AuthorizationServer;
import org.heliogate.device.http.HttpTransport;
import org.heliogate.device.http.Pause;
import org.heliogate.device.http.RetryPolicy;
import org.heliogate.device.http.Trust;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say where devices are kept and which software image they share. */
final class ImageOptions {

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      defaultValue = "${env:WAMS_DIRECTORY:-.heliogate/secure-elements}",
      description = "Directory of devices and applications (${DEFAULT-VALUE}).")
  Path directory;

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "Configuration of the software image (DIR/heliogate.properties).")
  @Nullable Path image;

  @Option(
      names = "--issuer",
      paramLabel = "URL",
      description = "Authorization server, instead of the image's.")
  @Nullable URI issuer;

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      description = "CA certificates (PEM) for the authorization server, instead of the image's.")
  @Nullable Path caFile;

  @Option(
      names = "--patience",
      paramLabel = "TIME",
      defaultValue = "2m",
      description = "How long to wait for the server, or for a right to be enforced (2m).")
  Duration patience;

  ImageConfiguration configuration() {
    Path file = image == null ? directory.resolve(ImageConfiguration.FILE_NAME) : image;
    return ImageConfiguration.load(file, issuer, caFile);
  }

  ClientContext context(ImageConfiguration configuration) {
    Clock clock = Clock.systemUTC();
    RetryPolicy standard = RetryPolicy.STANDARD;
    HttpTransport transport =
        new HttpTransport(
            Trust.in(configuration.caFile()).sslContext(null),
            new RetryPolicy(patience, standard.first(), standard.longest()),
            clock,
            Pause.SLEEPING);
    AuthorizationServer server = new AuthorizationServer(configuration.requiredIssuer(), transport);
    return new ClientContext(server, clock, patience, StepListener.NONE);
  }
}
