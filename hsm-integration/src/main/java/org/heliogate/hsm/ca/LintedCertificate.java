package org.heliogate.hsm.ca;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Boolean;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * The to-be-signed part of a certificate, taken apart without the help of what put it together:
 * Bouncy Castle's own reader would refuse or repair some of what lints look for.
 */
final class LintedCertificate {

  private static final int FIELDS = 6;

  private final byte[] der;
  private final CertificateProfile profile;
  private final LintIssuer issuer;
  private final int version;
  private final ASN1Sequence fields;
  private final int first;
  private final List<Entry> extensions = new ArrayList<>();
  private boolean uniqueIdentifiers;

  /**
   * An extension.
   *
   * @param type its object identifier
   * @param critical whether it is critical
   * @param defaulted whether criticality is left out
   * @param value the DER inside
   */
  @SuppressWarnings("ArrayRecordComponent") // Lives for one check, is compared with nothing.
  record Entry(ASN1ObjectIdentifier type, boolean critical, boolean defaulted, byte[] value) {

    ASN1Primitive parsed() throws IOException {
      return ASN1Primitive.fromByteArray(value);
    }
  }

  /**
   * Takes it apart.
   *
   * @throws IOException if it is no ASN.1
   * @throws IllegalArgumentException if it is not of the structure of RFC 5280 §4.1
   */
  LintedCertificate(byte[] der, CertificateProfile profile, LintIssuer issuer) throws IOException {
    this.der = der;
    this.profile = profile;
    this.issuer = issuer;
    this.fields = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(der));
    if (fields.size() < FIELDS) {
      throw new IllegalArgumentException("a certificate has more fields");
    }
    if (fields.getObjectAt(0) instanceof ASN1TaggedObject tagged) {
      this.version = ASN1Integer.getInstance(tagged, true).intValueExact();
      this.first = 1;
    } else {
      this.version = 0;
      this.first = 0;
    }
    for (int i = first + FIELDS; i < fields.size(); i++) {
      ASN1TaggedObject tagged = ASN1TaggedObject.getInstance(fields.getObjectAt(i));
      if (tagged.getTagNo() == 3) {
        ASN1Sequence.getInstance(tagged, true).forEach(entry -> extensions.add(entry(entry)));
      } else {
        uniqueIdentifiers = true;
      }
    }
  }

  private static Entry entry(ASN1Encodable encoded) {
    ASN1Sequence sequence = ASN1Sequence.getInstance(encoded);
    boolean defaulted = sequence.size() == 2;
    return new Entry(
        ASN1ObjectIdentifier.getInstance(sequence.getObjectAt(0)),
        !defaulted && ASN1Boolean.getInstance(sequence.getObjectAt(1)).isTrue(),
        defaulted,
        ASN1OctetString.getInstance(sequence.getObjectAt(sequence.size() - 1)).getOctets());
  }

  byte[] der() {
    return der;
  }

  CertificateProfile profile() {
    return profile;
  }

  LintIssuer issuer() {
    return issuer;
  }

  int version() {
    return version;
  }

  BigInteger serial() {
    return ASN1Integer.getInstance(field(0)).getValue();
  }

  AlgorithmIdentifier algorithm() {
    return AlgorithmIdentifier.getInstance(field(1));
  }

  X500Name issuerName() {
    return X500Name.getInstance(field(2));
  }

  /** Begin, then end. */
  ASN1Sequence validity() {
    return ASN1Sequence.getInstance(field(3));
  }

  X500Name subject() {
    return X500Name.getInstance(field(4));
  }

  SubjectPublicKeyInfo publicKey() {
    return SubjectPublicKeyInfo.getInstance(field(5));
  }

  boolean hasUniqueIdentifiers() {
    return uniqueIdentifiers;
  }

  List<Entry> extensions() {
    return extensions;
  }

  Optional<Entry> extension(ASN1ObjectIdentifier type) {
    return extensions.stream().filter(entry -> entry.type().equals(type)).findFirst();
  }

  private ASN1Encodable field(int index) {
    return fields.getObjectAt(first + index);
  }
}
