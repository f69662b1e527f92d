package org.heliogate.authz.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.heliogate.authz.assertion.CompactForm;
import org.heliogate.authz.platform.Digests;
import org.heliogate.authz.platform.Settings;
import org.heliogate.authz.signing.SigningKey;
import org.heliogate.authz.signing.SigningKeys;
import org.jspecify.annotations.Nullable;

/**
 * The maker and checker of signed access tokens (RFC 9068): ES256 by the server's own keys. A token
 * is verified once on each node; what it says is then kept in memory until it expires. Neither
 * making nor checking one touches the database. Thread-safe.
 */
@ApplicationScoped
public class SignedTokens {

  /** The longest lifetime of any token. */
  public static final Duration MAX_LIFETIME = SigningKey.MAX_TOKEN_LIFETIME;

  private static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");
  private static final int MAX_LENGTH = 64 * 1024;
  private static final int MAX_VERIFIED = 50_000;

  private final SigningKeys keys;
  private final Settings settings;
  private final SecureRandom random;
  private final Clock clock;
  private final Cache<String, Verified> verified =
      Caffeine.newBuilder().maximumSize(MAX_VERIFIED).expireAfterWrite(MAX_LIFETIME).build();

  /** A maker that signs with the server's keys. */
  @Inject
  public SignedTokens(SigningKeys keys, Settings settings, SecureRandom random, Clock clock) {
    this.keys = keys;
    this.settings = settings;
    this.random = random;
    this.clock = clock;
  }

  /** A token whose signature was good, and the name of the key, which may end before it. */
  private record Verified(String kid, SignedToken token) {}

  /** Whether a token has the form of a signed one: three parts. It says nothing else of it. */
  public static boolean looksSigned(String value) {
    int dot = value.indexOf('.');
    return dot > 0 && value.indexOf('.', dot + 1) > 0;
  }

  /** The public keys for those who verify tokens (RFC 7517). */
  public JWKSet publicKeys() {
    return keys.published();
  }

  /** Makes a PAT: its audience is this server. It is bound to nothing if that is null. */
  public String issueProtection(
      String clientId, Set<String> scope, Duration lifetime, @Nullable Confirmation confirmation) {
    return issue(
        clientId,
        settings.issuer(),
        lifetime,
        bound(confirmation).claim("scope", String.join(" ", scope)));
  }

  /**
   * Makes an RPT with the given permissions and what they are called in {@code scope}, if so. It is
   * bound to nothing if that is null.
   */
  public String issueRequestingParty(
      String clientId,
      String audience,
      List<TokenPermission> permissions,
      Set<String> scope,
      Duration lifetime,
      @Nullable Confirmation confirmation) {
    return issue(
        clientId,
        audience,
        lifetime,
        bound(confirmation)
            .claim("permissions", permissions.stream().map(SignedTokens::claim).toList())
            .claim("scope", scope.isEmpty() ? null : String.join(" ", scope)));
  }

  /**
   * Checks a token's signature and age.
   *
   * @return empty unless this server made it and it has not expired; whether it was revoked is for
   *     the caller to ask
   */
  public Optional<SignedToken> check(String value) {
    if (value.length() > MAX_LENGTH || !looksSigned(value)) {
      return Optional.empty();
    }
    String digest = Digests.sha256(value);
    Verified known = verified.getIfPresent(digest);
    if (known == null) {
      known = verify(value).orElse(null);
      if (known == null) {
        return Optional.empty();
      }
      verified.put(digest, known);
    }
    return keys.verifies(known.kid())
        ? Optional.of(known.token()).filter(token -> token.expiresAt().isAfter(clock.instant()))
        : Optional.empty();
  }

  private static JWTClaimsSet.Builder bound(@Nullable Confirmation confirmation) {
    return new JWTClaimsSet.Builder()
        .claim("cnf", confirmation == null ? null : confirmation.claim());
  }

  private String issue(
      String clientId, String audience, Duration lifetime, JWTClaimsSet.Builder claims) {
    SigningKey key = keys.active();
    Instant now = clock.instant();
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).type(TYPE).keyID(key.kid()).build(),
            claims
                .issuer(settings.issuer())
                .subject(clientId)
                .audience(audience)
                .claim("client_id", clientId)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(lifetime)))
                .jwtID(TokenId.at(now, random))
                .build());
    keys.sign(key, token);
    return token.serialize();
  }

  private Optional<Verified> verify(String value) {
    if (!CompactForm.matches(value)) {
      return Optional.empty();
    }
    SignedJWT token;
    try {
      token = SignedJWT.parse(value);
    } catch (ParseException | RuntimeException e) {
      return Optional.empty();
    }
    String kid = token.getHeader().getKeyID();
    if (kid == null
        || !JWSAlgorithm.ES256.equals(token.getHeader().getAlgorithm())
        || !TYPE.equals(token.getHeader().getType())) {
      return Optional.empty();
    }
    return keys.find(kid).flatMap(key -> verify(token, key));
  }

  private Optional<Verified> verify(SignedJWT token, ECKey key) {
    try {
      if (!token.verify(new ECDSAVerifier(key))
          || !settings.issuer().equals(token.getJWTClaimsSet().getIssuer())) {
        return Optional.empty();
      }
      return Optional.of(new Verified(key.getKeyID(), read(token.getJWTClaimsSet())));
    } catch (ParseException | JOSEException | RuntimeException e) {
      // Whatever a stranger's token makes the parser throw, it is no token of ours.
      return Optional.empty();
    }
  }

  /**
   * An RPT's scope is for its resource server; here only a PAT's, which is for us, says anything.
   */
  private SignedToken read(JWTClaimsSet claims) throws ParseException {
    String audience = claims.getAudience().get(0);
    String scope = audience.equals(settings.issuer()) ? claims.getStringClaim("scope") : null;
    List<TokenPermission> permissions = new ArrayList<>();
    List<?> listed = claims.getListClaim("permissions");
    if (listed != null) {
      for (Object one : listed) {
        Map<?, ?> members = (Map<?, ?>) one;
        permissions.add(
            new TokenPermission(
                String.valueOf(members.get("resource_id")),
                String.valueOf(members.get("resource_name")),
                texts(members.get("resource_scopes"))));
      }
    }
    return new SignedToken(
        claims.getJWTID(),
        claims.getStringClaim("client_id"),
        audience,
        scope == null ? Set.of() : Set.of(scope.split(" ")),
        List.copyOf(permissions),
        Confirmation.ofClaim(claims.getJSONObjectClaim("cnf")).orElse(null),
        TokenId.issuedAt(claims.getJWTID()),
        claims.getExpirationTime().toInstant());
  }

  private static Set<String> texts(@Nullable Object values) {
    return (values instanceof List<?> list ? list : List.of())
        .stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet());
  }

  private static Map<String, Object> claim(TokenPermission permission) {
    return Map.of(
        "resource_id",
        permission.resourceId(),
        "resource_name",
        permission.resourceName(),
        "resource_scopes",
        permission.scopes().stream().sorted().toList());
  }
}
