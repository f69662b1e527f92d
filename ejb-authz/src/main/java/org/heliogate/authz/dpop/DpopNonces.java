package org.heliogate.authz.dpop;

import static java.nio.charset.StandardCharsets.US_ASCII;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import org.heliogate.authz.platform.TokenKeyRing;
import org.heliogate.authz.platform.TokenKeyStore.Purpose;
import org.heliogate.authz.platform.TokenKeyStore.TokenKey;

/**
 * The maker and checker of the nonces that DPoP proofs must hold (RFC 9449 §8, §9). A nonce is
 * {@code <key name>.<time and tag>}: the moment at which it was made, and HMAC-SHA-256 over it
 * under a key that the nodes share. Nothing is stored; a nonce may serve for several proofs, each
 * of which counts once by its own {@code jti}. Thread-safe.
 */
@ApplicationScoped
public class DpopNonces {

  /** For how long a nonce is accepted. */
  public static final Duration LIFETIME = Duration.ofMinutes(5);

  /** How far the clocks of two nodes may be apart. */
  private static final Duration SKEW = Duration.ofSeconds(60);

  private static final int TAG_BYTES = 16;
  private static final Pattern FORM = Pattern.compile("([0-9a-f]{16})\\.([A-Za-z0-9_-]{32})");

  private final TokenKeyRing keys;
  private final Clock clock;

  /** A maker that uses the shared keys. */
  @Inject
  public DpopNonces(TokenKeyRing keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /** A nonce of this moment. */
  public String fresh() {
    TokenKey key = keys.current(Purpose.DPOP_NONCE);
    long now = clock.instant().toEpochMilli();
    byte[] content =
        ByteBuffer.allocate(Long.BYTES + TAG_BYTES).putLong(now).put(tag(key, now)).array();
    return key.kid() + '.' + Base64.getUrlEncoder().withoutPadding().encodeToString(content);
  }

  /** Whether this server made a nonce, and not too long ago. */
  boolean accepts(String nonce) {
    Matcher form = FORM.matcher(nonce);
    if (!form.matches()) {
      return false;
    }
    ByteBuffer content = ByteBuffer.wrap(Base64.getUrlDecoder().decode(form.group(2)));
    long madeAt = content.getLong();
    byte[] tag = new byte[TAG_BYTES];
    content.get(tag);
    return keys.find(Purpose.DPOP_NONCE, form.group(1))
        .filter(key -> MessageDigest.isEqual(tag(key, madeAt), tag))
        .filter(key -> isRecent(Instant.ofEpochMilli(madeAt)))
        .isPresent();
  }

  private boolean isRecent(Instant madeAt) {
    Instant now = clock.instant();
    return madeAt.plus(LIFETIME).isAfter(now) && !madeAt.isAfter(now.plus(SKEW));
  }

  private static byte[] tag(TokenKey key, long madeAt) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key.key());
      mac.update((key.kid() + '.').getBytes(US_ASCII));
      mac.update(ByteBuffer.allocate(Long.BYTES).putLong(madeAt).array());
      return Arrays.copyOf(mac.doFinal(), TAG_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
    }
  }
}
