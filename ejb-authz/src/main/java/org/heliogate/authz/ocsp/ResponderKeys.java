package org.heliogate.authz.ocsp;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.heliogate.authz.platform.SecretSealer;
import org.heliogate.hsm.TokenKeyPairs;
import org.heliogate.hsm.TokenKeys;
import org.heliogate.hsm.ca.TbsSigner;
import org.jspecify.annotations.Nullable;

/**
 * The pairs of the responders, EC P-256: on the token, which never gives them away. Where the key
 * store is the PKCS#12 file of an evaluation, which nobody but the offline command writes, they are
 * software keys that the HSM's key seals.
 */
@ApplicationScoped
class ResponderKeys {

  /** Only pairs with this prefix and 16 hexadecimal digits are the responders' to destroy. */
  static final String PREFIX = "ocsp-";

  private static final String OWN = PREFIX + "[0-9a-f]{16}";
  private static final String CURVE = "secp256r1";

  private final TokenKeys keys;
  private final TokenKeyPairs pairs;
  private final SecretSealer sealer;
  private final Map<String, PrivateKey> opened = new ConcurrentHashMap<>();

  @Inject
  ResponderKeys(TokenKeys keys, TokenKeyPairs pairs, SecretSealer sealer) {
    this.keys = keys;
    this.pairs = pairs;
    this.sealer = sealer;
  }

  /**
   * A pair just made.
   *
   * @param publicKey the public part
   * @param sealed the sealed private part; null where the key store has it
   */
  record Made(PublicKey publicKey, @Nullable String sealed) {

    /** Shows nothing of the pair. */
    @Override
    public String toString() {
      return "Made[]";
    }
  }

  /** Makes a pair under a name that was never used before. */
  public Made make(String id) {
    if (keys.onToken()) {
      return new Made(pairs.generate(id), null);
    }
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE));
      KeyPair pair = generator.generateKeyPair();
      byte[] encoded = pair.getPrivate().getEncoded();
      try {
        return new Made(pair.getPublic(), sealer.seal(encoded, context(id)));
      } finally {
        Arrays.fill(encoded, (byte) 0);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has P-256", e);
    }
  }

  /** Signs by the private part. */
  public TbsSigner signer(String id, @Nullable String sealed) {
    return sealed == null ? TbsSigner.of(keys, id) : tbs -> sign(unsealed(id, sealed), tbs);
  }

  /** Destroys a private part in the key store; one that is not there is no error. */
  public void destroy(String id) {
    opened.remove(id);
    if (keys.onToken() && id.matches(OWN)) {
      pairs.delete(id);
    }
  }

  /** The names of the pairs in the key store that were made before that moment. */
  public Set<String> madeBefore(Instant moment) {
    Set<String> names = new HashSet<>();
    if (keys.onToken()) {
      pairs
          .madeSince(PREFIX)
          .forEach(
              (alias, since) -> {
                if (alias.matches(OWN) && since.isBefore(moment)) {
                  names.add(alias);
                }
              });
    }
    return names;
  }

  private static byte[] sign(PrivateKey key, byte[] tbs) {
    try {
      Signature signature = Signature.getInstance(TbsSigner.ALGORITHM);
      signature.initSign(key);
      signature.update(tbs);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a responder's key cannot sign", e);
    }
  }

  /** Unsealed once; the HSM is not asked within a map's lock. */
  private PrivateKey unsealed(String id, String sealed) {
    PrivateKey known = opened.get(id);
    if (known != null) {
      return known;
    }
    byte[] encoded = sealer.open(sealed, context(id));
    try {
      PrivateKey read =
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
      opened.put(id, read);
      return read;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the sealed key " + id + " is none", e);
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  private static String context(String id) {
    return "ocsp-responder " + id;
  }
}
