package org.heliogate.authz.platform;

import java.util.Base64;
import java.util.HexFormat;

/** A sealer without an HSM; it still refuses what was sealed in another context. */
public class TestSealer implements SecretSealer {

  @Override
  public String seal(byte[] secret, String context) {
    return Digests.sha256(context) + '.' + Base64.getEncoder().encodeToString(secret);
  }

  @Override
  public byte[] open(String kept, String context) {
    String prefix = Digests.sha256(context) + '.';
    if (!kept.startsWith(prefix)) {
      throw new IllegalStateException("sealed in another context");
    }
    return Base64.getDecoder().decode(kept.substring(prefix.length()));
  }

  /** The bytes from {@code 00} to {@code 1f}, as the contract's vectors use them. */
  public static byte[] countingSecret() {
    return HexFormat.of()
        .parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  }
}
