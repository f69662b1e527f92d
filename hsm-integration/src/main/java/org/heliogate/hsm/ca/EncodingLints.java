package org.heliogate.hsm.ca;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.heliogate.hsm.ca.CertificateProfile.Purpose;

/** Lints of the encoding and of which extensions there are. */
final class EncodingLints {

  private static final Set<ASN1ObjectIdentifier> CRITICAL =
      Set.of(Extension.basicConstraints, Extension.keyUsage);

  private EncodingLints() {}

  static boolean der(LintedCertificate certificate) throws IOException {
    if (!isDer(certificate.der())) {
      return false;
    }
    for (LintedCertificate.Entry extension : certificate.extensions()) {
      boolean defaultEncoded = !extension.critical() && !extension.defaulted();
      if (defaultEncoded || !isDer(extension.value())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDer(byte[] encoded) throws IOException {
    return Arrays.equals(
        encoded, ASN1Primitive.fromByteArray(encoded).getEncoded(ASN1Encoding.DER));
  }

  static boolean extensionsOnce(LintedCertificate certificate) {
    Set<ASN1ObjectIdentifier> seen = new HashSet<>();
    return certificate.extensions().stream().allMatch(extension -> seen.add(extension.type()));
  }

  static boolean extensionsOfProfile(LintedCertificate certificate) {
    Set<ASN1ObjectIdentifier> present = new HashSet<>();
    certificate.extensions().forEach(extension -> present.add(extension.type()));
    return present.equals(expected(certificate));
  }

  private static Set<ASN1ObjectIdentifier> expected(LintedCertificate certificate) {
    CertificateProfile profile = certificate.profile();
    Set<ASN1ObjectIdentifier> expected = new HashSet<>(CRITICAL);
    expected.add(Extension.subjectKeyIdentifier);
    if (!certificate.issuer().selfSigns()) {
      expected.add(Extension.authorityKeyIdentifier);
    }
    if (profile.extendedKeyUsage().isPresent()) {
      expected.add(Extension.extendedKeyUsage);
    }
    if (profile.purpose() != Purpose.AUTHORITY) {
      expected.add(Extension.subjectAlternativeName);
    }
    if (profile.caIssuers()) {
      expected.add(Extension.authorityInfoAccess);
    }
    if (profile.crlDistributionPoints()) {
      expected.add(Extension.cRLDistributionPoints);
    }
    if (profile.noCheck()) {
      expected.add(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck);
    }
    return expected;
  }

  static boolean criticality(LintedCertificate certificate) {
    return certificate.extensions().stream()
        .allMatch(extension -> extension.critical() == CRITICAL.contains(extension.type()));
  }
}
