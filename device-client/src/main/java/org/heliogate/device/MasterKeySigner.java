package org.heliogate.device;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jose.jca.JCAContext;
import com.nimbusds.jose.util.Base64URL;
import java.security.interfaces.ECPublicKey;
import java.util.Set;
import org.heliogate.device.element.SecureElement;

/** Signs JWTs with a secure element's master key: ES256, or RS256 for an RSA key. */
final class MasterKeySigner implements JWSSigner {

  private final SecureElement element;
  private final JWSAlgorithm algorithm;
  private final JCAContext context = new JCAContext();

  MasterKeySigner(SecureElement element) {
    this.element = element;
    this.algorithm =
        element.masterPublicKey() instanceof ECPublicKey ? JWSAlgorithm.ES256 : JWSAlgorithm.RS256;
  }

  JWSAlgorithm algorithm() {
    return algorithm;
  }

  @Override
  public Base64URL sign(JWSHeader header, byte[] signingInput) throws JOSEException {
    byte[] signature = element.signWithMasterKey(signingInput);
    if (algorithm.equals(JWSAlgorithm.ES256)) {
      int length = ECDSA.getSignatureByteArrayLength(algorithm);
      return Base64URL.encode(ECDSA.transcodeSignatureToConcat(signature, length));
    }
    return Base64URL.encode(signature);
  }

  @Override
  public Set<JWSAlgorithm> supportedJWSAlgorithms() {
    return Set.of(algorithm);
  }

  @Override
  public JCAContext getJCAContext() {
    return context;
  }
}
