package org.heliogate.authz.signing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.heliogate.authz.platform.SecretSealer;
import org.heliogate.hsm.HsmUnavailableException;
import org.heliogate.hsm.TokenKey;
import org.heliogate.hsm.TokenKeyPairs;
import org.heliogate.hsm.TokenKeys;
import org.jspecify.annotations.Nullable;

/**
 * Pairs on the token, which never gives them away. Where the key store is the PKCS#12 file of an
 * evaluation, which nobody but the offline command writes, new pairs are software keys that the
 * HSM's key seals.
 */
@ApplicationScoped
public class HsmSigningPairs implements SigningPairs {

  /** Only pairs with this prefix and 16 hexadecimal digits are the server's own to destroy. */
  static final String PREFIX = "rpt-";

  private static final String OWN = PREFIX + "[0-9a-f]{16}";
  private static final String CURVE = "secp256r1";

  private final TokenKeys keys;
  private final TokenKeyPairs pairs;
  private final SecretSealer sealer;
  private final Map<String, PrivateKey> opened = new ConcurrentHashMap<>();

  /** Pairs in the given key store. */
  @Inject
  public HsmSigningPairs(TokenKeys keys, TokenKeyPairs pairs, SecretSealer sealer) {
    this.keys = keys;
    this.pairs = pairs;
    this.sealer = sealer;
  }

  @Override
  public Made make(String id) {
    if (!id.matches(OWN)) {
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

  @Override
  public Optional<ECPublicKey> inherited() {
    try {
      return Optional.of((ECPublicKey) keys.certificate(TokenKeys.RPT).getPublicKey());
    } catch (HsmUnavailableException e) {
      if (e.reason() == HsmUnavailableException.Reason.KEY_ABSENT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public <T> T use(SigningKey key, Signing<T> signing) {
    String sealed = key.sealed();
    try {
      return sealed == null
          ? keys.use(key.id(), held -> sign(held, signing))
          : signing.by(signer(unsealed(key, sealed), null));
    } catch (JOSEException e) {
      throw new IllegalStateException("the signing key " + key.kid() + " cannot sign", e);
    }
  }

  private static <T> T sign(TokenKey held, Signing<T> signing) throws GeneralSecurityException {
    try {
      return signing.by(signer(held.privateKey(), held.provider().orElse(null)));
    } catch (JOSEException e) {
      throw new GeneralSecurityException("the signing key cannot sign", e);
    }
  }

  private static JWSSigner signer(PrivateKey key, @Nullable Provider provider)
      throws JOSEException {
    ECDSASigner signer = new ECDSASigner(key, Curve.P_256);
    if (provider != null) {
      signer.getJCAContext().setProvider(provider);
    }
    return signer;
  }

  @Override
  public void open(SigningKey key) {
    String sealed = key.sealed();
    if (sealed == null) {
      keys.use(key.id(), TokenKey::alias);
    } else {
      unsealed(key, sealed);
    }
  }

  /** Unsealed once; the HSM is not asked within a map's lock. */
  private PrivateKey unsealed(SigningKey key, String sealed) {
    PrivateKey known = opened.get(key.id());
    if (known != null) {
      return known;
    }
    byte[] encoded = sealer.open(sealed, context(key.id()));
    try {
      PrivateKey read =
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
      opened.put(key.id(), read);
      return read;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the sealed key " + key.kid() + " is none", e);
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  @Override
  public void destroy(String id) {
    opened.remove(id);
    if (keys.onToken() && (id.matches(OWN) || id.equals(TokenKeys.RPT))) {
      pairs.delete(id);
    }
  }

  @Override
  public Set<String> madeBefore(Instant moment) {
    if (!keys.onToken()) {
      return Set.of();
    }
    Set<String> names = new HashSet<>();
    pairs
        .madeSince(PREFIX)
        .forEach(
            (alias, since) -> {
              if (alias.matches(OWN) && since.isBefore(moment)) {
                names.add(alias);
              }
            });
    return names;
  }

  private static String context(String id) {
    return "signing-key " + id;
  }
}
