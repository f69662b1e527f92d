package org.heliogate.bench.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.heliogate.device.failure.ConfigurationException;

/**
 * A local instance, as its state directory describes it.
 *
 * @param home the state directory
 * @param issuer the authorization server
 * @param administratorId the client ID of the instance's administrator
 * @param administratorSecret its secret
 * @param database {@code H2 file} or {@code PostgreSQL}
 */
public record Instance(
    Path home, URI issuer, String administratorId, String administratorSecret, String database) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REMEDY = "Start the instance: ./heliogate up";

  /**
   * Reads the description of the instance that the environment names.
   *
   * @param environment {@code HELIOGATE_HOME}, and {@code HELIOGATE_DB_URL} as {@code up} got it
   * @throws ConfigurationException when there is none
   */
  public static Instance in(Map<String, String> environment) {
    String home = environment.get("HELIOGATE_HOME");
    if (home == null || home.isBlank()) {
      throw new ConfigurationException(
          "HELIOGATE_HOME is not set", "Run the benchmark through ./heliogate bench.");
    }
    Path directory = Path.of(home).toAbsolutePath();
    JsonNode endpoints = read(directory.resolve("endpoints.json"));
    JsonNode administrator = read(directory.resolve("admin.json"));
    String url = environment.getOrDefault("HELIOGATE_DB_URL", "");
    return new Instance(
        directory,
        URI.create(member(endpoints, "issuer")),
        member(administrator, "client_id"),
        member(administrator, "client_secret"),
        url.toLowerCase(Locale.ROOT).startsWith("jdbc:postgresql:") ? "PostgreSQL" : "H2 file");
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      // Not passed on as a cause: its message may quote the file, which holds secrets.
      throw new ConfigurationException("cannot read " + file, REMEDY);
    }
  }

  private static String member(JsonNode json, String name) {
    String value = json.path(name).asText("");
    if (value.isEmpty()) {
      throw new ConfigurationException("the instance's description has no " + name, REMEDY);
    }
    return value;
  }

  /** The certificates that the server's must lead to. */
  public Path caFile() {
    return home.resolve("ca.pem");
  }

  /** The server's process; empty while none runs. */
  public Optional<ProcessHandle> server() {
    try {
      return ProcessHandle.of(
          Long.parseLong(Files.readAllLines(home.resolve("run/server.pid")).get(0).strip()));
    } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  /** The version of the Java that the server's process runs on, as far as this user may see it. */
  public Optional<String> serverJava() {
    try {
      Optional<Path> java = server().flatMap(process -> process.info().command()).map(Path::of);
      if (java.isEmpty()) {
        return Optional.empty();
      }
      Properties release = new Properties();
      try (var reader = Files.newBufferedReader(java.get().resolveSibling("../release"))) {
        release.load(reader);
      }
      return Optional.ofNullable(release.getProperty("JAVA_VERSION")).map(v -> v.replace("\"", ""));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return "Instance[" + issuer + "]";
  }
}
