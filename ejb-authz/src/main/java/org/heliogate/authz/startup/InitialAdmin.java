package org.heliogate.authz.startup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.ClientService;
import org.heliogate.authz.platform.Settings;

/**
 * The first administrator's client, described in a file by its identifier and the SHA-256 of its
 * secret, so that the secret itself is known to the operator alone.
 */
@ApplicationScoped
public class InitialAdmin {

  private final Settings settings;
  private final ClientService clients;

  /** The client that the settings name. */
  @Inject
  public InitialAdmin(Settings settings, ClientService clients) {
    this.settings = settings;
    this.clients = clients;
  }

  /** Registers the client unless it exists; does nothing where no file is named. */
  public void ensure() {
    Optional<Path> file = settings.initialAdminFile();
    if (file.isEmpty()) {
      return;
    }
    try {
      JsonNode description = new ObjectMapper().readTree(Files.readAllBytes(file.get()));
      byte[] hash = HexFormat.of().parseHex(description.path("client_secret_sha256").asText());
      clients.registerIfAbsent(
          new ClientService.Registration(
              "administrator",
              ClientKind.ADMIN,
              Set.of(),
              EnumSet.of(
                  AuthenticationMethod.CLIENT_SECRET_BASIC,
                  AuthenticationMethod.CLIENT_SECRET_POST),
              Set.of("admin", "admin:read")),
          description.path("client_id").asText(),
          Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file.get(), e);
    }
  }
}
