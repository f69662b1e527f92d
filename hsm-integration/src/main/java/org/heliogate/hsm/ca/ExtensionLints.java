package org.heliogate.hsm.ca;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.heliogate.hsm.ca.CertificateProfile.Purpose;

/**
 * Lints of the extensions of RFC 5280 §4.2, names excepted. That an extension is there at all is
 * {@link Lint#EXTENSIONS_OF_PROFILE}'s to say; these say whether one that is there is right.
 */
final class ExtensionLints {

  private ExtensionLints() {}

  static boolean authorityKeyIdentifier(LintedCertificate certificate) throws IOException {
    Optional<ASN1Primitive> value = value(certificate, Extension.authorityKeyIdentifier);
    if (value.isEmpty()) {
      return true;
    }
    AuthorityKeyIdentifier identifier = AuthorityKeyIdentifier.getInstance(value.get());
    return Arrays.equals(identifier.getKeyIdentifierOctets(), certificate.issuer().keyIdentifier())
        && identifier.getAuthorityCertIssuer() == null
        && identifier.getAuthorityCertSerialNumber() == null;
  }

  static boolean subjectKeyIdentifier(LintedCertificate certificate) throws IOException {
    Optional<ASN1Primitive> value = value(certificate, Extension.subjectKeyIdentifier);
    return value.isEmpty()
        || Arrays.equals(
            ASN1OctetString.getInstance(value.get()).getOctets(),
            SubjectKeyIdentifiers.of(certificate.publicKey()));
  }

  static boolean keyUsage(LintedCertificate certificate) throws IOException {
    Optional<ASN1Primitive> value = value(certificate, Extension.keyUsage);
    if (value.isEmpty()) {
      return true;
    }
    // As a DER bit string without zeros at its end, so that nothing else is in it.
    return Arrays.equals(
        DERBitString.getInstance(value.get()).getEncoded(),
        new KeyUsage(bits(certificate.profile())).getEncoded());
  }

  static int bits(CertificateProfile profile) {
    return profile.keyUsage().stream().mapToInt(KeyUse::bit).reduce(0, (a, b) -> a | b);
  }

  static boolean basicConstraints(LintedCertificate certificate) throws IOException {
    Optional<ASN1Primitive> value = value(certificate, Extension.basicConstraints);
    if (value.isEmpty()) {
      return true;
    }
    CertificateProfile profile = certificate.profile();
    if (profile.purpose() != Purpose.AUTHORITY) {
      // Empty: DER leaves the default, which is no CA, out.
      return ASN1Sequence.getInstance(value.get()).size() == 0;
    }
    BasicConstraints constraints = BasicConstraints.getInstance(value.get());
    int length =
        constraints.getPathLenConstraintInteger() == null
            ? Integer.MAX_VALUE
            : constraints.getPathLenConstraintInteger().intPositiveValueExact();
    LintIssuer.Bounds bounds = certificate.issuer().validity();
    return constraints.isCA()
        && length == profile.pathLength().orElse(Integer.MAX_VALUE)
        && (bounds == null
            || bounds.pathLength() == Integer.MAX_VALUE
            || length < bounds.pathLength());
  }

  static boolean extendedKeyUsage(LintedCertificate certificate) throws IOException {
    Optional<ASN1Primitive> value = value(certificate, Extension.extendedKeyUsage);
    if (value.isEmpty()) {
      return true;
    }
    KeyPurposeId[] uses = ExtendedKeyUsage.getInstance(value.get()).getUsages();
    return uses.length == 1
        && certificate
            .profile()
            .extendedKeyUsage()
            .map(ExtendedKeyUse::purpose)
            .filter(uses[0]::equals)
            .isPresent()
        && certificate.profile().keyUsage().contains(KeyUse.DIGITAL_SIGNATURE);
  }

  static boolean crlDistributionPoints(LintedCertificate certificate) throws IOException {
    Optional<ASN1Primitive> value = value(certificate, Extension.cRLDistributionPoints);
    if (value.isEmpty()) {
      return true;
    }
    DistributionPoint[] points = CRLDistPoint.getInstance(value.get()).getDistributionPoints();
    if (points.length != 1
        || points[0].getReasons() != null
        || points[0].getCRLIssuer() != null
        || points[0].getDistributionPoint().getType() != DistributionPointName.FULL_NAME) {
      return false;
    }
    GeneralName[] names =
        GeneralNames.getInstance(points[0].getDistributionPoint().getName()).getNames();
    LintIssuer issuer = certificate.issuer();
    return names.length == 1 && isUri(names[0], issuer.locations().crl(issuer.ski()));
  }

  static boolean authorityInformationAccess(LintedCertificate certificate) throws IOException {
    Optional<ASN1Primitive> value = value(certificate, Extension.authorityInfoAccess);
    if (value.isEmpty()) {
      return true;
    }
    LintIssuer issuer = certificate.issuer();
    List<AccessDescription> rest =
        new ArrayList<>(
            Arrays.asList(
                AuthorityInformationAccess.getInstance(value.get()).getAccessDescriptions()));
    boolean issuers =
        rest.removeIf(
            access ->
                access.getAccessMethod().equals(AccessDescription.id_ad_caIssuers)
                    && isUri(
                        access.getAccessLocation(), issuer.locations().certificate(issuer.ski())));
    boolean announced = certificate.profile().ocsp() && issuer.locations().announceOcsp();
    boolean ocsp =
        rest.removeIf(
            access ->
                access.getAccessMethod().equals(AccessDescription.id_ad_ocsp)
                    && isUri(access.getAccessLocation(), issuer.locations().ocsp()));
    return issuers && ocsp == announced && rest.isEmpty();
  }

  private static boolean isUri(GeneralName name, String uri) {
    return name.getTagNo() == GeneralName.uniformResourceIdentifier
        && name.getName().toString().equals(uri);
  }

  private static Optional<ASN1Primitive> value(
      LintedCertificate certificate, ASN1ObjectIdentifier type) throws IOException {
    Optional<LintedCertificate.Entry> entry = certificate.extension(type);
    return entry.isPresent() ? Optional.of(entry.get().parsed()) : Optional.empty();
  }
}
