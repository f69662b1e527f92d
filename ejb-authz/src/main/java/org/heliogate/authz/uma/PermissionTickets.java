package org.heliogate.authz.uma;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.crypto.DirectDecrypter;
import com.nimbusds.jose.crypto.DirectEncrypter;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWTClaimsSet;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.TokenKeyRing;
import org.heliogate.authz.platform.TokenKeyStore.Purpose;
import org.heliogate.authz.platform.TokenKeyStore.TokenKey;
import org.jspecify.annotations.Nullable;

/**
 * The maker and reader of sealed tickets: encrypted JWTs (RFC 7516, {@code dir}, {@code A256GCM})
 * under a key that the nodes share, so that nobody outside learns or changes what one says.
 */
@ApplicationScoped
public class PermissionTickets {

  /** How long a ticket is good for. */
  public static final Duration LIFETIME = Duration.ofMinutes(5);

  private static final int MAX_LENGTH = 8 * 1024;

  private final TokenKeyRing keys;
  private final SecureRandom random;
  private final Clock clock;

  /** A maker that uses the shared keys. */
  @Inject
  public PermissionTickets(TokenKeyRing keys, SecureRandom random, Clock clock) {
    this.keys = keys;
    this.random = random;
    this.clock = clock;
  }

  /**
   * Seals a new ticket; see {@link PermissionTicket} for the parameters.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} if it would be longer than a header
   *     field can be
   */
  public String issue(
      String resourceServer, List<AskedPermission> permissions, @Nullable String client) {
    TokenKey key = keys.current(Purpose.TICKET);
    byte[] id = new byte[16];
    random.nextBytes(id);
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .jwtID(Base64.getUrlEncoder().withoutPadding().encodeToString(id))
            .claim("rs", resourceServer)
            .claim("prm", permissions.stream().map(PermissionTickets::claim).toList())
            .claim("cid", client)
            .expirationTime(Date.from(clock.instant().plus(LIFETIME)))
            .build();
    EncryptedJWT ticket =
        new EncryptedJWT(
            new JWEHeader.Builder(JWEAlgorithm.DIR, EncryptionMethod.A256GCM)
                .keyID(key.kid())
                .build(),
            claims);
    try {
      ticket.encrypt(new DirectEncrypter(key.key()));
      String sealed = ticket.serialize();
      if (sealed.length() > MAX_LENGTH) {
        throw new RequestException(
            ErrorCode.INVALID_REQUEST, "too much for one ticket; ask for fewer permissions");
      }
      return sealed;
    } catch (JOSEException e) {
      throw new IllegalStateException("the ticket key cannot encrypt", e);
    }
  }

  /**
   * Reads a ticket.
   *
   * @return empty unless this server made it and it has not expired
   */
  public Optional<PermissionTicket> read(String sealedTicket) {
    return open(sealedTicket).filter(read -> read.expiresAt().isAfter(clock.instant()));
  }

  /**
   * Reads a ticket that may have expired.
   *
   * @return empty unless this server made it, not long ago
   */
  Optional<PermissionTicket> open(String sealedTicket) {
    if (sealedTicket.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      EncryptedJWT ticket = EncryptedJWT.parse(sealedTicket);
      String kid = ticket.getHeader().getKeyID();
      Optional<TokenKey> key = kid == null ? Optional.empty() : keys.find(Purpose.TICKET, kid);
      if (key.isEmpty()) {
        return Optional.empty();
      }
      ticket.decrypt(new DirectDecrypter(key.get().key()));
      return Optional.of(read(ticket.getJWTClaimsSet()));
    } catch (ParseException | JOSEException | IllegalArgumentException | NullPointerException e) {
      // A header without "enc" makes Nimbus throw the last of these.
      return Optional.empty();
    }
  }

  private static PermissionTicket read(JWTClaimsSet claims) throws ParseException {
    Instant expiry = claims.getExpirationTime().toInstant();
    List<AskedPermission> permissions = new ArrayList<>();
    for (Object one : claims.getListClaim("prm")) {
      Map<?, ?> members = (Map<?, ?>) one;
      permissions.add(
          new AskedPermission(
              (String) members.get("i"),
              (String) members.get("n"),
              members.get("s") instanceof List<?> scopes
                  ? scopes.stream().map(String::valueOf).collect(Collectors.toSet())
                  : Set.of()));
    }
    return new PermissionTicket(
        claims.getJWTID(),
        claims.getStringClaim("rs"),
        List.copyOf(permissions),
        claims.getStringClaim("cid"),
        expiry);
  }

  private static Map<String, Object> claim(AskedPermission permission) {
    Map<String, Object> members = new HashMap<>();
    if (permission.id() != null) {
      members.put("i", permission.id());
    }
    if (permission.name() != null) {
      members.put("n", permission.name());
    }
    members.put("s", List.copyOf(permission.scopes()));
    return members;
  }
}
