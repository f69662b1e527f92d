package org.heliogate.authz.platform;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of this installation, read once at start from system properties that the server's
 * configuration defines.
 *
 * @param issuer the issuer and base URL, without a path or trailing slash ({@code
 *     heliogate.issuer}, default {@code https://localhost:8443})
 * @param pkiUri the base of the URIs inside certificates ({@code heliogate.pki.uri}, default {@code
 *     http://localhost:8080/pki})
 * @param keyStore the name of the Elytron key-store with the CA's keys ({@code
 *     heliogate.key-store}, default {@code heliogate-keys})
 * @param keyPasswordAlias the alias in the credential-store {@code heliogate} that opens the keys
 *     of a PKCS#12 store ({@code heliogate.key-store.credential-alias}); empty for an HSM
 * @param importFile what the offline PKI command issued ({@code heliogate.import}); empty when
 *     there is nothing to import
 * @param initialAdminFile where the first administrator's client is described ({@code
 *     heliogate.initial-admin}); empty when none shall be made
 * @param disabledClientAuthentication the names of the client authentication methods that nobody
 *     may use ({@code heliogate.client-authentication.disabled}, delimited by spaces); none by
 *     default
 */
public record Settings(
    String issuer,
    String pkiUri,
    String keyStore,
    Optional<String> keyPasswordAlias,
    Optional<Path> importFile,
    Optional<Path> initialAdminFile,
    Set<String> disabledClientAuthentication) {

  /** Reads the settings from the system properties. */
  public static Settings fromSystemProperties() {
    return new Settings(
        property("heliogate.issuer").orElse("https://localhost:8443"),
        property("heliogate.pki.uri").orElse("http://localhost:8080/pki"),
        property("heliogate.key-store").orElse("heliogate-keys"),
        property("heliogate.key-store.credential-alias"),
        property("heliogate.import").map(Path::of),
        property("heliogate.initial-admin").map(Path::of),
        property("heliogate.client-authentication.disabled")
            .map(names -> Set.copyOf(Arrays.asList(names.strip().split("\\s+"))))
            .orElse(Set.of()));
  }

  private static Optional<String> property(String name) {
    return Optional.ofNullable(System.getProperty(name)).filter(value -> !value.isBlank());
  }
}
