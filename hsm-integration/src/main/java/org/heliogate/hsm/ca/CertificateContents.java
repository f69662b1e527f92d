package org.heliogate.hsm.ca;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
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
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.jspecify.annotations.Nullable;

/** What goes into a certificate of a profile about a holder (RFC 5280 §4.2). */
final class CertificateContents {

  private static final ASN1ObjectIdentifier XMPP_ADDRESS =
      new ASN1ObjectIdentifier("1.3.6.1.5.5.7.8.5");

  private CertificateContents() {}

  /** Checks that a holder is of the kind that the profile is made for. */
  static void checkFit(CertificateProfile profile, CertificateHolder holder) {
    boolean named = !holder.dnsNames().isEmpty() || !holder.ipAddresses().isEmpty();
    boolean fits =
        switch (profile.purpose()) {
          case AUTHORITY ->
              holder.organization() != null
                  && holder.xmppAddress() == null
                  && holder.uri() == null
                  && !named;
          case SERVER ->
              holder.organization() != null
                  && holder.unit() != null
                  && holder.xmppAddress() != null
                  && named;
          case CLIENT ->
              holder.organization() == null
                  && holder.unit() == null
                  && holder.xmppAddress() != null
                  && holder.uri() != null
                  && !named;
          case OCSP_RESPONDER ->
              holder.organization() != null
                  && holder.unit() != null
                  && holder.xmppAddress() != null
                  && holder.uri() == null
                  && !named;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "profile " + profile.name() + " is not for a holder of this kind");
    }
  }

  static X500Name subject(CertificateHolder holder) {
    X500NameBuilder subject = new X500NameBuilder();
    String organization = holder.organization();
    if (organization != null) {
      subject.addRDN(BCStyle.O, new DERUTF8String(organization));
    }
    String unit = holder.unit();
    if (unit != null) {
      subject.addRDN(BCStyle.OU, new DERUTF8String(unit));
    }
    return subject.addRDN(BCStyle.CN, new DERUTF8String(holder.commonName())).build();
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
    boolean authority = profile.purpose() == CertificateProfile.Purpose.AUTHORITY;
    builder.addExtension(Extension.basicConstraints, true, basicConstraints(profile));
    builder.addExtension(
        Extension.keyUsage,
        true,
        new KeyUsage(
            authority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature));
    builder.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        new SubjectKeyIdentifier(SubjectKeyIdentifiers.of(key)));
    if (!authority) {
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(use(profile.purpose())));
      builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(holder));
    }
    if (issuer != null) {
      builder.addExtension(
          Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(issuer));
      if (profile.purpose() == CertificateProfile.Purpose.OCSP_RESPONDER) {
        // It travels in each response, and nobody asks for the status of who tells the status.
        builder.addExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck, false, DERNull.INSTANCE);
      } else {
        addLocations(builder, issuer, locations);
      }
    }
  }

  private static KeyPurposeId use(CertificateProfile.Purpose purpose) {
    return switch (purpose) {
      case SERVER -> KeyPurposeId.id_kp_serverAuth;
      case CLIENT -> KeyPurposeId.id_kp_clientAuth;
      case OCSP_RESPONDER -> KeyPurposeId.id_kp_OCSPSigning;
      case AUTHORITY -> throw new IllegalArgumentException("a CA has no extended key usage");
    };
  }

  private static void addLocations(
      X509v3CertificateBuilder builder, byte[] issuer, PkiLocations locations) throws IOException {
    String ski = HexFormat.of().formatHex(issuer);
    List<AccessDescription> access = new ArrayList<>();
    access.add(
        new AccessDescription(AccessDescription.id_ad_caIssuers, uri(locations.certificate(ski))));
    if (locations.announceOcsp()) {
      access.add(new AccessDescription(AccessDescription.id_ad_ocsp, uri(locations.ocsp())));
    }
    builder.addExtension(
        Extension.authorityInfoAccess,
        false,
        new AuthorityInformationAccess(access.toArray(AccessDescription[]::new)));
    DistributionPointName crl =
        new DistributionPointName(new GeneralNames(uri(locations.crl(ski))));
    builder.addExtension(
        Extension.cRLDistributionPoints,
        false,
        new CRLDistPoint(new DistributionPoint[] {new DistributionPoint(crl, null, null)}));
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
      otherName.add(XMPP_ADDRESS);
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
