package org.heliogate.hsm.ca;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.Time;

/** All of a CRL but its entries, which are put in as they are encoded (RFC 5280 §5.1). */
final class CrlFrame {

  private static final int VERSION_2 = 1;

  private final X500Name issuer;
  private final ExtensionsGenerator extensions = new ExtensionsGenerator();

  CrlFrame(X500Name issuer, byte[] keyIdentifier, BigInteger number) {
    this.issuer = issuer;
    add(Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(keyIdentifier));
    add(Extension.cRLNumber, false, new ASN1Integer(number));
  }

  /** Names where the delta CRL is. */
  CrlFrame freshest(String uri) {
    DistributionPointName name =
        new DistributionPointName(
            new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
    add(
        Extension.freshestCRL,
        false,
        new CRLDistPoint(new DistributionPoint[] {new DistributionPoint(name, null, null)}));
    return this;
  }

  /** Makes it a delta to a full CRL. */
  CrlFrame delta(BigInteger base) {
    add(Extension.deltaCRLIndicator, true, new ASN1Integer(base));
    return this;
  }

  private void add(ASN1ObjectIdentifier id, boolean critical, ASN1Encodable value) {
    try {
      extensions.addExtension(id, critical, value);
    } catch (IOException e) {
      throw unencodable(e);
    }
  }

  byte[] tbs(
      AlgorithmIdentifier algorithm,
      Instant thisUpdate,
      Instant nextUpdate,
      RevocationList entries) {
    byte[] listed =
        entries.size() == 0 ? new byte[0] : wrapped(DerElement.SEQUENCE, entries.encoded());
    return wrapped(
        DerElement.SEQUENCE,
        der(new ASN1Integer(VERSION_2)),
        der(algorithm),
        der(issuer),
        der(new Time(Date.from(thisUpdate))),
        der(new Time(Date.from(nextUpdate))),
        listed,
        wrapped(DerElement.CONTEXT_0, der(extensions.generate())));
  }

  /** The CRL of its parts. */
  static byte[] signed(byte[] tbs, AlgorithmIdentifier algorithm, byte[] signature) {
    return wrapped(DerElement.SEQUENCE, tbs, der(algorithm), der(new DERBitString(signature)));
  }

  private static byte[] der(ASN1Encodable value) {
    try {
      return value.toASN1Primitive().getEncoded("DER");
    } catch (IOException e) {
      throw unencodable(e);
    }
  }

  /** The parts as one value. */
  private static byte[] wrapped(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length = Math.addExact(length, part.length);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      int octets = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
      out.write(0x80 | octets);
      for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) {
        out.write(length >>> shift);
      }
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static IllegalStateException unencodable(IOException cause) {
    return new IllegalStateException("a CRL can be encoded", cause);
  }
}
