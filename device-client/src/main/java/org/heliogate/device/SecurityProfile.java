package org.heliogate.device;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.heliogate.device.element.KeyAlgorithm;
import org.heliogate.device.failure.ConfigurationException;

/**
 * The certificate profile of a resource server: where it listens, and for which key.
 *
 * @param uri where it takes client certificates
 * @param algorithm the first of its key algorithms that secure elements make
 */
record SecurityProfile(URI uri, KeyAlgorithm algorithm) {

  static SecurityProfile x509(JsonNode profiles, String resourceServer) {
    return StreamSupport.stream(profiles.spliterator(), false)
        .filter(profile -> profile.path("type").asText("").equals("x509"))
        .flatMap(profile -> of(profile).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigurationException(
                    "the resource server "
                        + resourceServer
                        + " offers no certificate profile that this client can use",
                    "Use a resource server with the profile x509 and EC-P256 or RSA-2048."));
  }

  private static Optional<SecurityProfile> of(JsonNode profile) {
    String uri = profile.path("uri").asText("");
    JsonNode algorithms = profile.path("key_algorithms");
    Optional<KeyAlgorithm> algorithm =
        algorithms.isArray()
            ? StreamSupport.stream(algorithms.spliterator(), false)
                .flatMap(name -> KeyAlgorithm.named(name.asText()).stream())
                .findFirst()
            : Optional.of(KeyAlgorithm.EC_P256);
    try {
      return algorithm
          .filter(found -> !uri.isEmpty())
          .map(found -> new SecurityProfile(URI.create(uri), found));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
