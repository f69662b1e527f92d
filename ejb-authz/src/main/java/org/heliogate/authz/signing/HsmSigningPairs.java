package org.heliogate.authz.signing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.heliogate.authz.platform.OwnPairs;
import org.heliogate.authz.platform.SecretSealer;
import org.heliogate.hsm.HsmUnavailableException;
import org.heliogate.hsm.TokenKey;
import org.heliogate.hsm.TokenKeyPairs;
import org.heliogate.hsm.TokenKeys;
import org.jspecify.annotations.Nullable;

/** The pairs of the signing keys, where {@link OwnPairs} has them. */
@ApplicationScoped
public class HsmSigningPairs implements SigningPairs {

  /** How the names of those begin that the server makes. */
  static final String PREFIX = "rpt-";

  private final TokenKeys keys;
  private final TokenKeyPairs pairs;
  private final OwnPairs own;

  /** Pairs in the given key store. */
  @Inject
  public HsmSigningPairs(TokenKeys keys, TokenKeyPairs pairs, SecretSealer sealer) {
    this.keys = keys;
    this.pairs = pairs;
    this.own = new OwnPairs(keys, pairs, sealer, PREFIX, "signing-key");
  }

  @Override
  public Made make(String id) {
    OwnPairs.Made made = own.make(id);
    return new Made(made.publicKey(), made.sealed());
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
          : signing.by(signer(own.unsealed(key.id(), sealed), null));
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
      own.unsealed(key.id(), sealed);
    }
  }

  @Override
  public void destroy(String id) {
    if (id.equals(TokenKeys.RPT) && keys.onToken()) {
      pairs.delete(id);
    } else {
      own.destroy(id);
    }
  }

  @Override
  public Set<String> madeBefore(Instant moment) {
    return own.madeBefore(moment);
  }
}
