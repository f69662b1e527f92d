package org.heliogate.hsm.ca;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.ContentSigner;

/** Collects what Bouncy Castle wants signed and has the CA's key sign it. */
final class TbsContentSigner implements ContentSigner {

  private final TbsSigner signer;
  private final ByteArrayOutputStream tbs = new ByteArrayOutputStream();

  TbsContentSigner(TbsSigner signer) {
    this.signer = signer;
  }

  @Override
  public AlgorithmIdentifier getAlgorithmIdentifier() {
    return new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
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
