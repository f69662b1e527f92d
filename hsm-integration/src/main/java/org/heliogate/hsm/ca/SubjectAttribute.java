package org.heliogate.hsm.ca;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.jspecify.annotations.Nullable;

/** An attribute of a subject, in the order in which subjects have them. */
public enum SubjectAttribute {
  /** Organisation. */
  O(BCStyle.O),
  /** Organisational unit. */
  OU(BCStyle.OU),
  /** Common name. */
  CN(BCStyle.CN);

  private final ASN1ObjectIdentifier type;

  SubjectAttribute(ASN1ObjectIdentifier type) {
    this.type = type;
  }

  /** The object identifier. */
  ASN1ObjectIdentifier type() {
    return type;
  }

  /** A holder's value, null if it has none. */
  @Nullable String of(CertificateHolder holder) {
    return switch (this) {
      case O -> holder.organization();
      case OU -> holder.unit();
      case CN -> holder.commonName();
    };
  }
}
