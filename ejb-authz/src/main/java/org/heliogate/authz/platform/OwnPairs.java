package org.heliogate.authz.platform;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.heliogate.hsm.TokenKeyPairs;
import org.heliogate.hsm.TokenKeys;
import org.jspecify.annotations.Nullable;

/**
 * EC P-256 pairs that the server makes for a purpose of its own: on the token, which never gives
 * them away. Where the key store is the PKCS#12 file of an evaluation, which nobody but the offline
 * command writes, they are software keys that the HSM's key seals. Thread-safe. Whatever needs the
 * HSM throws {@link org.heliogate.hsm.HsmUnavailableException} if that is out of reach.
 */
public final class OwnPairs {

  private static final String CURVE = "secp256r1";

  private final TokenKeys keys;
  private final TokenKeyPairs pairs;
  private final SecretSealer sealer;
  private final String prefix;
  private final String purpose;
  private final Map<String, PrivateKey> opened = new ConcurrentHashMap<>();

  /**
   * The pairs of a purpose.
   *
   * @param keys the key store
   * @param pairs makes and destroys pairs in it
   * @param sealer seals software keys
   * @param prefix of the names; only what has it, followed by 16 hexadecimal digits, is the
   *     server's own to destroy
   * @param purpose what a sealed key is bound to, beside its name
   */
  public OwnPairs(
      TokenKeys keys, TokenKeyPairs pairs, SecretSealer sealer, String prefix, String purpose) {
    this.keys = keys;
    this.pairs = pairs;
    this.sealer = sealer;
    this.prefix = prefix;
    this.purpose = purpose;
  }

  /**
   * A pair just made.
   *
   * @param publicKey the public part
   * @param sealed the sealed private part; null where the key store has it
   */
  public record Made(ECPublicKey publicKey, @Nullable String sealed) {

    /** Shows nothing of the pair. */
    @Override
    public String toString() {
      return "Made[]";
    }
  }

  /** Whether a name is one of these pairs'. */
  public boolean owns(String id) {
    return id.matches(prefix + "[0-9a-f]{16}");
  }

  /**
   * Makes a pair.
   *
   * @param id a name of these pairs that was never used before
   */
  public Made make(String id) {
    if (!owns(id)) {
      throw new IllegalArgumentException("no name of an own pair");
    }
    return keys.onToken() ? new Made((ECPublicKey) pairs.generate(id), null) : makeSealed(id);
  }

  private Made makeSealed(String id) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE));
      KeyPair pair = generator.generateKeyPair();
      byte[] encoded = pair.getPrivate().getEncoded();
      try {
        return new Made((ECPublicKey) pair.getPublic(), sealer.seal(encoded, context(id)));
      } finally {
        Arrays.fill(encoded, (byte) 0);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has P-256", e);
    }
  }

  /** The private part that was sealed. Unsealed once; no lock is held while the HSM is asked. */
  public PrivateKey unsealed(String id, String sealed) {
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

  /** Destroys a private part in the key store; one that is not there is no error. */
  public void destroy(String id) {
    opened.remove(id);
    if (keys.onToken() && owns(id)) {
      pairs.delete(id);
    }
  }

  /** The names of the pairs in the key store that were made before that moment. */
  public Set<String> madeBefore(Instant moment) {
    Set<String> names = new HashSet<>();
    if (keys.onToken()) {
      pairs
          .madeSince(prefix)
          .forEach(
              (alias, since) -> {
                if (owns(alias) && since.isBefore(moment)) {
                  names.add(alias);
                }
              });
    }
    return names;
  }

  private String context(String id) {
    return purpose + ' ' + id;
  }
}
