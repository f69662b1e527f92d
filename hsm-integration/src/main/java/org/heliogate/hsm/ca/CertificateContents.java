package org.heliogate.hsm.ca;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
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
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.jspecify.annotations.Nullable;

/** What goes into a certificate of a profile about a holder (RFC 5280 §4.2). */
final class CertificateContents {

  private CertificateContents() {}

  /** Checks that a holder is of the kind that the profile is made for. */
  static void checkFit(CertificateProfile profile, CertificateHolder holder) {
    Set<NameForm> names = EnumSet.noneOf(NameForm.class);
    if (!holder.dnsNames().isEmpty()) {
      names.add(NameForm.DNS_NAME);
    }
    if (!holder.ipAddresses().isEmpty()) {
      names.add(NameForm.IP_ADDRESS);
    }
    if (holder.uri() != null) {
      names.add(NameForm.URI);
    }
    if (holder.xmppAddress() != null) {
      names.add(NameForm.XMPP_ADDRESS);
    }
    boolean fits =
        names.containsAll(profile.requiredNames())
            && (profile.oneOfNames().isEmpty()
                || names.stream().anyMatch(profile.oneOfNames()::contains));
    names.removeAll(profile.requiredNames());
    names.removeAll(profile.oneOfNames());
    fits &= names.isEmpty();
    for (SubjectAttribute attribute : SubjectAttribute.values()) {
      fits &= profile.subject().contains(attribute) == (attribute.of(holder) != null);
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "profile " + profile.name() + " is not for a holder of this kind");
    }
  }

  static X500Name subject(CertificateHolder holder) {
    X500NameBuilder subject = new X500NameBuilder();
    for (SubjectAttribute attribute : SubjectAttribute.values()) {
      String value = attribute.of(holder);
      if (value != null) {
        subject.addRDN(attribute.type(), new DERUTF8String(value));
      }
    }
    return subject.build();
  }

  /**
   * Adds the extensions.
   *
   * @param issuer the issuer's key identifier; null in a self-signed certificate
   */
  static void addExtensions(
      X509v3CertificateBuilder builder,
      CertificateProfile profile,
      CertificateHolder holder,
      SubjectPublicKeyInfo key,
      byte @Nullable [] issuer,
      PkiLocations locations)
      throws IOException {
    builder.addExtension(Extension.basicConstraints, true, basicConstraints(profile));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(ExtensionLints.bits(profile)));
    builder.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        new SubjectKeyIdentifier(SubjectKeyIdentifiers.of(key)));
    if (profile.extendedKeyUsage().isPresent()) {
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(profile.extendedKeyUsage().get().purpose()));
    }
    if (profile.purpose() != CertificateProfile.Purpose.AUTHORITY) {
      builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(holder));
    }
    if (issuer != null) {
      builder.addExtension(
          Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(issuer));
      if (profile.noCheck()) {
        builder.addExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck, false, DERNull.INSTANCE);
      }
      addAddresses(builder, profile, HexFormat.of().formatHex(issuer), locations);
    }
  }

  private static void addAddresses(
      X509v3CertificateBuilder builder,
      CertificateProfile profile,
      String ski,
      PkiLocations locations)
      throws IOException {
    List<AccessDescription> access = new ArrayList<>();
    if (profile.caIssuers()) {
      access.add(
          new AccessDescription(
              AccessDescription.id_ad_caIssuers, uri(locations.certificate(ski))));
    }
    if (profile.ocsp() && locations.announceOcsp()) {
      access.add(new AccessDescription(AccessDescription.id_ad_ocsp, uri(locations.ocsp())));
    }
    if (!access.isEmpty()) {
      builder.addExtension(
          Extension.authorityInfoAccess,
          false,
          new AuthorityInformationAccess(access.toArray(AccessDescription[]::new)));
    }
    if (profile.crlDistributionPoints()) {
      DistributionPointName crl =
          new DistributionPointName(new GeneralNames(uri(locations.crl(ski))));
      builder.addExtension(
          Extension.cRLDistributionPoints,
          false,
          new CRLDistPoint(new DistributionPoint[] {new DistributionPoint(crl, null, null)}));
    }
  }

  private static BasicConstraints basicConstraints(CertificateProfile profile) {
    if (profile.purpose() != CertificateProfile.Purpose.AUTHORITY) {
      return new BasicConstraints(false);
    }
    return profile.pathLength().isPresent()
        ? new BasicConstraints(profile.pathLength().getAsInt())
        : new BasicConstraints(true);
  }

  private static GeneralNames alternativeNames(CertificateHolder holder) {
    List<GeneralName> names = new ArrayList<>();
    holder.dnsNames().forEach(name -> names.add(new GeneralName(GeneralName.dNSName, name)));
    holder.ipAddresses().forEach(ip -> names.add(new GeneralName(GeneralName.iPAddress, ip)));
    String uri = holder.uri();
    if (uri != null) {
      names.add(uri(uri));
    }
    String xmppAddress = holder.xmppAddress();
    if (xmppAddress != null) {
      ASN1EncodableVector otherName = new ASN1EncodableVector();
      otherName.add(NameLints.XMPP_ADDRESS);
      otherName.add(new DERTaggedObject(true, 0, new DERUTF8String(xmppAddress)));
      ASN1Encodable value = new DERSequence(otherName);
      names.add(new GeneralName(GeneralName.otherName, value));
    }
    return new GeneralNames(names.toArray(GeneralName[]::new));
  }

  private static GeneralName uri(String uri) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, uri);
  }
}
