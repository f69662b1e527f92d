package org.heliogate.device;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.state.DurableFile;

/**
 * The file with one client's credentials for one resource server, and beside it the certificate
 * chain alone as PEM, for other programs.
 */
final class CredentialsFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Path chainFile;

  CredentialsFile(Path directory, String resourceServer) {
    this.file = directory.resolve("credentials-" + resourceServer + ".json");
    this.chainFile = directory.resolve("credentials-" + resourceServer + ".pem");
  }

  Optional<Credentials> load() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String remedy = "Delete it; the client gets new credentials.";
    try {
      return Optional.of(JSON.readValue(DurableFile.read(file, remedy), Credentials.class));
    } catch (IOException e) {
      throw new ConfigurationException(file + " is damaged", remedy, e);
    }
  }

  void store(Credentials credentials) {
    try {
      DurableFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(credentials));
    } catch (IOException e) {
      throw new ConfigurationException("cannot write " + file, "Report this fault.", e);
    }
    DurableFile.write(chainFile, credentials.certificate());
  }

  void delete() {
    DurableFile.delete(file);
    DurableFile.delete(chainFile);
  }
}
