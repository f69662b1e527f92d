package org.heliogate.authz.assertion;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.impl.EdDSAProvider;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;

/** Nimbus' verifier for EdDSA (RFC 8037 §3.1) on the platform's own Ed25519. */
public final class Ed25519JwsVerifier extends EdDSAProvider implements JWSVerifier {

  private final PublicKey key;

  /** A verifier with an Ed25519 key. */
  public Ed25519JwsVerifier(PublicKey key) {
    this.key = key;
  }

  @Override
  public boolean verify(JWSHeader header, byte[] signingInput, Base64URL signature)
      throws JOSEException {
    if (!supportedJWSAlgorithms().contains(header.getAlgorithm())
        || header.getCriticalParams() != null) {
      return false;
    }
    try {
      Signature verification = Signature.getInstance("Ed25519");
      verification.initVerify(key);
      verification.update(signingInput);
      return verification.verify(signature.decode());
    } catch (SignatureException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new JOSEException("Ed25519 is not at hand", e);
    }
  }
}
