package org.heliogate.authz.ocsp;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Set;
import org.heliogate.authz.platform.OwnPairs;
import org.heliogate.authz.platform.SecretSealer;
import org.heliogate.hsm.TokenKeyPairs;
import org.heliogate.hsm.TokenKeys;
import org.heliogate.hsm.ca.TbsSigner;
import org.jspecify.annotations.Nullable;

/** The pairs of the responders, EC P-256. */
@ApplicationScoped
class ResponderKeys {

  /** How their names begin. */
  static final String PREFIX = "ocsp-";

  private final TokenKeys keys;
  private final OwnPairs own;

  @Inject
  ResponderKeys(TokenKeys keys, TokenKeyPairs pairs, SecretSealer sealer) {
    this.keys = keys;
    this.own = new OwnPairs(keys, pairs, sealer, PREFIX, "ocsp-responder");
  }

  /** Makes a pair under a name that was never used before. */
  public OwnPairs.Made make(String id) {
    return own.make(id);
  }

  /** Signs by the private part. */
  public TbsSigner signer(String id, @Nullable String sealed) {
    return sealed == null ? TbsSigner.of(keys, id) : tbs -> sign(own.unsealed(id, sealed), tbs);
  }

  /** Destroys a private part in the key store; one that is not there is no error. */
  public void destroy(String id) {
    own.destroy(id);
  }

  /** The names of the pairs in the key store that were made before that moment. */
  public Set<String> madeBefore(Instant moment) {
    return own.madeBefore(moment);
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
}
