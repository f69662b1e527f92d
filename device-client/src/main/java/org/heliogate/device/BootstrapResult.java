package org.heliogate.device;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.state.DurableFile;
import org.jspecify.annotations.Nullable;

/**
 * What the initial bootstrap gave the device, without the PIN, which is never stored (D3.4.2 §3.2
 * step 5).
 *
 * @param deviceId the master ID
 * @param clients the clients that run on the device
 * @param parameters the derived parameters of the bootstrap scripts, for example {@code mqtt.topic}
 * @param resourceServers the resource servers and their front doors
 * @param caCertificates the certification authorities of the ecosystem, PEM
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record BootstrapResult(
    String deviceId,
    List<ClientRegistration> clients,
    Map<String, String> parameters,
    List<ResourceServer> resourceServers,
    String caCertificates) {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /**
   * A resource server and its front door.
   *
   * @param id its ID
   * @param type its type, for example {@code mqtt}
   * @param proxyUri its front door at the authorization server
   */
  public record ResourceServer(String id, String type, String proxyUri) {}

  static Optional<BootstrapResult> of(JsonNode response) {
    try {
      return Optional.of(JSON.treeToValue(response, BootstrapResult.class))
          .filter(BootstrapResult::isComplete);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @SuppressWarnings("ConstantValue") // Binding JSON leaves absent members null.
  private boolean isComplete() {
    return deviceId != null
        && clients != null
        && parameters != null
        && resourceServers != null
        && caCertificates != null
        && clients.stream()
            .allMatch(c -> c.clientId() != null && isName(c.name()) && isName(c.workflow()))
        && resourceServers.stream().allMatch(server -> isName(server.id()));
  }

  /** These become parts of file names and key aliases. */
  private static boolean isName(@Nullable String name) {
    return name != null && name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");
  }

  static Optional<BootstrapResult> load(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String remedy = "Bootstrap the device again.";
    String text = new String(DurableFile.read(file, remedy), StandardCharsets.UTF_8);
    try {
      return of(JSON.readTree(text))
          .or(
              () -> {
                throw new ConfigurationException(file + " is damaged", remedy);
              });
    } catch (JsonProcessingException e) {
      throw new ConfigurationException(file + " is damaged", remedy, e);
    }
  }

  void save(Path file) {
    try {
      DurableFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
    } catch (JsonProcessingException e) {
      throw new ConfigurationException("cannot write " + file, "Report this fault.", e);
    }
  }
}
