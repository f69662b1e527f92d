package org.heliogate.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.heliogate.device.element.SoftwareKeys;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.state.DurableFile;

/**
 * An application that runs somewhere else than on a device: an operator created its client, and its
 * keys are in a file (D3.4.2 §3.3).
 *
 * @param name its name here, matching {@code [A-Za-z0-9_-][A-Za-z0-9._-]{0,63}}
 * @param clientId its ID at the authorization server
 * @param secretFile the file with its client secret, read whenever a token is needed
 * @param post whether it authenticates with {@code client_secret_post} rather than {@code
 *     client_secret_basic}
 */
public record Application(String name, String clientId, Path secretFile, boolean post) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE_NAME = "application.json";

  /** Checks the name. */
  public Application {
    if (!name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")) {
      throw new ConfigurationException(
          "an application cannot be named " + name, "Use letters, digits, '-', '_' and '.'.");
    }
  }

  /**
   * An application that {@link #save(Path)} has stored.
   *
   * @param root the directory of devices and applications
   * @param name its name
   * @throws ConfigurationException when there is none
   */
  public static Application load(Path root, String name) {
    Path file = directory(root, name).resolve(FILE_NAME);
    String remedy = "Run wams application credentials --name " + name + " first.";
    if (!Files.exists(file)) {
      throw new ConfigurationException("there is no application " + name, remedy);
    }
    try {
      JsonNode stored = JSON.readTree(DurableFile.read(file, remedy));
      return new Application(
          name,
          stored.path("client_id").asText(),
          Path.of(stored.path("secret_file").asText()),
          stored.path("post").asBoolean());
    } catch (IOException e) {
      throw new ConfigurationException(file + " is damaged", remedy, e);
    }
  }

  /**
   * Stores where the application's identity is, not its secret.
   *
   * @throws ConfigurationException when the name belongs to another client already
   */
  public void save(Path root) {
    Path directory = directory(root, name);
    Path file = directory.resolve(FILE_NAME);
    if (Files.exists(file) && !load(root, name).clientId().equals(clientId)) {
      throw new ConfigurationException(
          "the application " + name + " belongs to another client",
          "Choose another --name, or remove " + directory + ".");
    }
    ObjectNode stored = JSON.createObjectNode();
    stored.put("client_id", clientId);
    stored.put("secret_file", secretFile.toAbsolutePath().toString());
    stored.put("post", post);
    DurableFile.write(file, stored.toPrettyString());
  }

  /** The application's client. */
  public AuthorizedClient client(ClientContext context, Path root) {
    Path directory = directory(root, name);
    return AuthorizedClient.withOpenKeys(
        context,
        name,
        clientId,
        post
            ? new ClientAuthentication.SecretPost(this::secret, false)
            : new ClientAuthentication.SecretBasic(this::secret, false),
        directory,
        SoftwareKeys.open(directory));
  }

  private String secret() {
    byte[] content = DurableFile.read(secretFile, "Put the client's secret there, mode 600.");
    String secret = new String(content, StandardCharsets.UTF_8).strip();
    if (secret.isEmpty()) {
      throw new ConfigurationException(
          secretFile + " is empty", "Put the client's secret there, mode 600.");
    }
    return secret;
  }

  private static Path directory(Path root, String name) {
    return root.resolve("applications").resolve(name);
  }
}
