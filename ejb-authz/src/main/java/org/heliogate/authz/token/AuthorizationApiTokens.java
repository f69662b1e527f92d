package org.heliogate.authz.token;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.platform.TokenKeyRing;
import org.heliogate.authz.platform.TokenKeyStore.Purpose;
import org.heliogate.authz.platform.TokenKeyStore.TokenKey;
import org.jspecify.annotations.Nullable;

/**
 * The maker and checker of AATs. A token is {@code <handle>.<tag>}: the handle says all about it,
 * the tag is HMAC-SHA-256 over the handle under a key that the nodes share. Neither making nor
 * checking one touches the database (architecture, decision 7).
 */
@ApplicationScoped
public class AuthorizationApiTokens {

  /** How long a token is valid. */
  public static final Duration LIFETIME = Duration.ofHours(1);

  private static final int MAX_HANDLE = 1024;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private final TokenKeyRing keys;
  private final SecureRandom random;
  private final Clock clock;

  /** A maker that uses the shared keys. */
  @Inject
  public AuthorizationApiTokens(TokenKeyRing keys, SecureRandom random, Clock clock) {
    this.keys = keys;
    this.random = random;
    this.clock = clock;
  }

  /**
   * A token just made, the only moment at which its value is at hand.
   *
   * @param value the whole token, a secret
   * @param token what it says
   */
  public record Issued(String value, AuthorizationApiToken token) {
    /** Never shows the token. */
    @Override
    public String toString() {
      return "Issued[" + token.clientId() + "]";
    }
  }

  /**
   * Makes a token.
   *
   * @param confirmation what to bind it to, null for nothing
   */
  public Issued issue(
      RegisteredClient client,
      Set<String> scope,
      AuthenticationMethod method,
      boolean bearer,
      @Nullable Confirmation confirmation) {
    TokenKey key = keys.current(Purpose.AAT);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Instant expiry = now.plus(LIFETIME);
    byte[] id = new byte[16];
    random.nextBytes(id);
    ObjectNode content =
        JSON.createObjectNode()
            .put("k", key.kid())
            .put("id", ENCODER.encodeToString(id))
            .put("c", client.clientId())
            .put("s", String.join(" ", scope))
            .put("m", method.name())
            .put("b", bearer)
            .put("i", now.toEpochMilli())
            .put("e", expiry.toEpochMilli());
    if (confirmation != null) {
      content.put(confirmation.method().member(), confirmation.thumbprint());
    }
    try {
      String handle = ENCODER.encodeToString(JSON.writeValueAsBytes(content));
      return new Issued(
          handle + '.' + tag(key, handle),
          new AuthorizationApiToken(
              handle,
              client.clientId(),
              Set.copyOf(scope),
              method,
              bearer,
              confirmation,
              now,
              expiry));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a node of texts is JSON", e);
    }
  }

  /**
   * Checks a whole token.
   *
   * @return empty unless this server made it and it has not expired
   */
  public Optional<AuthorizationApiToken> check(String value) {
    int dot = value.indexOf('.');
    if (dot < 1) {
      return Optional.empty();
    }
    String handle = value.substring(0, dot);
    return read(handle)
        .filter(
            known ->
                MessageDigest.isEqual(
                    tag(known.key(), handle).getBytes(US_ASCII),
                    value.substring(dot + 1).getBytes(US_ASCII)))
        .map(Known::token);
  }

  /**
   * The whole token that belongs to a handle. The caller has proof of possession to check: the
   * handle alone proves nothing.
   *
   * @return empty if no key of this server could have made it, or it has expired
   */
  Optional<Issued> recompute(String handle) {
    return read(handle)
        .map(known -> new Issued(handle + '.' + tag(known.key(), handle), known.token()));
  }

  private record Known(TokenKey key, AuthorizationApiToken token) {}

  private Optional<Known> read(String handle) {
    if (handle.length() > MAX_HANDLE) {
      return Optional.empty();
    }
    try {
      JsonNode content = JSON.readTree(Base64.getUrlDecoder().decode(handle));
      Optional<TokenKey> key = keys.find(Purpose.AAT, content.path("k").asText());
      if (key.isEmpty()) {
        return Optional.empty();
      }
      AuthorizationApiToken token =
          new AuthorizationApiToken(
              handle,
              content.path("c").asText(),
              Set.of(content.path("s").asText().split(" ")),
              AuthenticationMethod.valueOf(content.path("m").asText()),
              content.path("b").asBoolean(),
              confirmation(content),
              Instant.ofEpochMilli(content.path("i").asLong()),
              Instant.ofEpochMilli(content.path("e").asLong()));
      return token.expiresAt().isAfter(clock.instant())
          ? Optional.of(new Known(key.get(), token))
          : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static @Nullable Confirmation confirmation(JsonNode content) {
    for (Confirmation.Method method : Confirmation.Method.values()) {
      if (content.hasNonNull(method.member())) {
        return new Confirmation(method, content.path(method.member()).asText());
      }
    }
    return null;
  }

  private static String tag(TokenKey key, String handle) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key.key());
      return ENCODER.encodeToString(mac.doFinal(handle.getBytes(US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
    }
  }
}
