package org.heliogate.hsm.ca;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.operator.ContentSigner;

/** Collects what Bouncy Castle wants signed and has the CA's key sign it. */
final class TbsContentSigner implements ContentSigner {

  private final TbsSigner signer;
  private final SignatureAlgorithm algorithm;
  private final ByteArrayOutputStream tbs = new ByteArrayOutputStream();

  TbsContentSigner(TbsSigner signer, SignatureAlgorithm algorithm) {
    this.signer = signer;
    this.algorithm = algorithm;
  }

  @Override
  public AlgorithmIdentifier getAlgorithmIdentifier() {
    return algorithm.identifier();
  }

  @Override
  public OutputStream getOutputStream() {
    return tbs;
  }

  @Override
  public byte[] getSignature() {
    return signer.sign(tbs.toByteArray());
  }
}
