package org.heliogate.authz.token;

import java.time.Instant;
import java.util.Random;
import java.util.UUID;

/**
 * The identifier of a signed token: a UUID of version 7 (RFC 9562 §5.7), whose first 48 bits are
 * the moment of issue in milliseconds. {@code iat} has seconds only, too coarse to tell a token
 * from before a revocation from one after it.
 */
final class TokenId {

  private static final int RANDOM_BITS = 12;
  private static final long VERSION_7 = 0x7000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private TokenId() {}

  /** A fresh identifier with 74 random bits. */
  static String at(Instant issuedAt, Random random) {
    long high = issuedAt.toEpochMilli() << 16 | VERSION_7 | random.nextInt(1 << RANDOM_BITS);
    long low = random.nextLong() >>> 2 | VARIANT;
    return new UUID(high, low).toString();
  }

  /**
   * When it was made.
   *
   * @throws IllegalArgumentException if it is no such identifier
   */
  static Instant issuedAt(String id) {
    UUID uuid = UUID.fromString(id);
    if (uuid.version() != 7) {
      throw new IllegalArgumentException("no UUID of version 7");
    }
    return Instant.ofEpochMilli(uuid.getMostSignificantBits() >>> 16);
  }
}
