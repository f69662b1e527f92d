package org.heliogate.hsm.ca;

import java.io.IOException;
import java.security.PublicKey;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;

/** The PKCS#10 request (RFC 2986) of an issuing CA, for a root that is elsewhere. */
public final class AuthorityRequest {

  private AuthorityRequest() {}

  /**
   * Makes one that asks for what the profile of issuing CAs says.
   *
   * @param holder the CA's name
   * @param publicKey its public key
   * @param signer signs by the matching private key
   * @return DER
   */
  public static byte[] of(CertificateHolder holder, PublicKey publicKey, TbsSigner signer) {
    CertificateProfile profile = CertificateProfile.ISSUING_CA;
    SubjectPublicKeyInfo key = SubjectPublicKeyInfo.getInstance(publicKey.getEncoded());
    try {
      ExtensionsGenerator extensions = new ExtensionsGenerator();
      extensions.addExtension(
          Extension.basicConstraints, true, new BasicConstraints(profile.pathLength().orElse(0)));
      extensions.addExtension(Extension.keyUsage, true, new KeyUsage(ExtensionLints.bits(profile)));
      extensions.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new SubjectKeyIdentifier(SubjectKeyIdentifiers.of(key)));
      return new PKCS10CertificationRequestBuilder(CertificateContents.subject(holder), key)
          .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
          .build(new TbsContentSigner(signer, SignatureAlgorithm.of(publicKey)))
          .getEncoded();
    } catch (IOException e) {
      throw new IllegalArgumentException("the request cannot be encoded", e);
    }
  }
}
