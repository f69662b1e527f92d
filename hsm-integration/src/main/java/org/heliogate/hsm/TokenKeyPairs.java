package org.heliogate.hsm;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.heliogate.hsm.ca.KeyCarrier;
import org.heliogate.hsm.ca.TbsSigner;

/**
 * The EC P-256 pairs that the server makes and deletes on its token by itself. They are generated
 * there, sensitive and not extractable, and stored beside a certificate that nobody trusts, as a
 * Java key store wants. {@link TokenKeys} uses them, on every node that shares the token: an alias
 * that a node does not know makes it open the key store again.
 *
 * <p>Each change opens a key store of its own, so operations in flight are not disturbed.
 * Thread-safe.
 */
public final class TokenKeyPairs {

  private static final String CURVE = "secp256r1";

  private final TokenKeys keys;
  private final Clock clock;

  /**
   * Pairs on a token.
   *
   * @param keys the keys of the same token
   * @param clock dates the certificates
   */
  public TokenKeyPairs(TokenKeys keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * Makes a pair; one of that alias is replaced.
   *
   * @return the public key
   * @throws HsmUnavailableException if the token cannot be used, or there is none, or it made a key
   *     that can be read out of it, which is then not stored
   */
  public PublicKey generate(String alias) {
    return keys.change("making key " + alias, keyStore -> generate(alias, keyStore));
  }

  /**
   * Deletes a pair.
   *
   * @return false if there is none of that alias
   * @throws HsmUnavailableException if the token cannot be used
   */
  public boolean delete(String alias) {
    return keys.change(
        "deleting key " + alias,
        keyStore -> {
          if (!keyStore.isKeyEntry(alias)) {
            return false;
          }
          keyStore.deleteEntry(alias);
          return true;
        });
  }

  /**
   * The pairs whose alias begins with a prefix, and when each was made.
   *
   * @throws HsmUnavailableException if the token cannot be used
   */
  public Map<String, Instant> madeSince(String prefix) {
    return keys.change("listing keys", keyStore -> list(prefix, keyStore));
  }

  private PublicKey generate(String alias, KeyStore keyStore) throws GeneralSecurityException {
    Provider provider = keyStore.getProvider();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", provider);
    generator.initialize(new ECGenParameterSpec(CURVE));
    KeyPair pair = generator.generateKeyPair();
    if (pair.getPrivate().getEncoded() != null) {
      throw new HsmUnavailableException(
          HsmUnavailableException.Reason.KEY_EXPOSED, "the new key " + alias + " is refused", null);
    }
    X509Certificate carrier =
        KeyCarrier.of("heliogate-" + alias, pair.getPublic(), signer(pair, provider), clock);
    keyStore.setKeyEntry(alias, pair.getPrivate(), null, new Certificate[] {carrier});
    return carrier.getPublicKey();
  }

  private static TbsSigner signer(KeyPair pair, Provider provider) {
    return tbs -> {
      try {
        Signature signature = Signature.getInstance(TbsSigner.ALGORITHM, provider);
        signature.initSign(pair.getPrivate());
        signature.update(tbs);
        return signature.sign();
      } catch (GeneralSecurityException e) {
        throw HsmUnavailableException.of("the new key", e);
      }
    };
  }

  private static Map<String, Instant> list(String prefix, KeyStore keyStore)
      throws GeneralSecurityException {
    Map<String, Instant> found = new HashMap<>();
    for (String alias : Collections.list(keyStore.aliases())) {
      if (alias.startsWith(prefix)
          && keyStore.isKeyEntry(alias)
          && keyStore.getCertificate(alias) instanceof X509Certificate carrier) {
        found.put(alias, carrier.getNotBefore().toInstant());
      }
    }
    return found;
  }
}
