package org.heliogate.hsm.ca;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.cert.CRLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.Set;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.Time;

/**
 * The entries of a CRL, encoded. A change copies them as they are, so that one revocation among
 * 100,000 costs a few milliseconds. Immutable.
 */
public final class RevocationList {

  /** No entries. */
  public static final RevocationList EMPTY = new RevocationList(new byte[0], 0);

  private final byte[] encoded;
  private final int size;

  private RevocationList(byte[] encoded, int size) {
    this.encoded = encoded;
    this.size = size;
  }

  /** The entries for these certificates. */
  public static RevocationList of(Collection<RevokedCertificate> revoked) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    revoked.forEach(entry -> out.writeBytes(encode(entry)));
    return new RevocationList(out.toByteArray(), revoked.size());
  }

  /**
   * The entries of a CRL, whose signature was checked.
   *
   * @throws CRLException if they cannot be read
   */
  public static RevocationList of(EncodedCrl crl) throws CRLException {
    byte[] der = crl.der();
    int size = 0;
    int at = crl.entriesStart();
    while (at < crl.entriesEnd()) {
      at = DerElement.at(der, at, crl.entriesEnd()).tagged(DerElement.SEQUENCE).end();
      size++;
    }
    return new RevocationList(Arrays.copyOfRange(der, crl.entriesStart(), crl.entriesEnd()), size);
  }

  /**
   * These entries without some, and with others in place of those for the same certificates.
   *
   * @param added entries that are new or say something else now
   * @param removed serial numbers of certificates that are not to be listed; others are ignored
   */
  public RevocationList with(Collection<RevokedCertificate> added, Collection<BigInteger> removed) {
    Set<ByteBuffer> dropped = new HashSet<>();
    removed.forEach(serial -> dropped.add(ByteBuffer.wrap(serial.toByteArray())));
    added.forEach(entry -> dropped.add(ByteBuffer.wrap(entry.serial().toByteArray())));
    ByteArrayOutputStream out = new ByteArrayOutputStream(encoded.length + 64 * (added.size() + 1));
    int kept = 0;
    try {
      int from = 0;
      int at = 0;
      while (at < encoded.length) {
        DerElement entry = DerElement.at(encoded, at, encoded.length);
        DerElement serial = entry.first();
        if (dropped.contains(ByteBuffer.wrap(encoded, serial.content(), serial.length()))) {
          out.write(encoded, from, at - from);
          from = entry.end();
        } else {
          kept++;
        }
        at = entry.end();
      }
      out.write(encoded, from, at - from);
    } catch (CRLException e) {
      throw new IllegalStateException("entries that were read before cannot be read", e);
    }
    added.forEach(entry -> out.writeBytes(encode(entry)));
    return new RevocationList(out.toByteArray(), kept + added.size());
  }

  /**
   * For a delta CRL: these entries, and that others are not revoked any more (RFC 5280 §5.2.4).
   *
   * @param released serial numbers of certificates that were on hold
   * @param at when that was known
   */
  public RevocationList withReleased(Collection<BigInteger> released, Instant at) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(encoded);
    released.forEach(serial -> out.writeBytes(encode(serial, at, CRLReason.removeFromCRL)));
    return new RevocationList(out.toByteArray(), size + released.size());
  }

  /** How many entries there are. */
  public int size() {
    return size;
  }

  /** The entries one after the other, in DER; not to be changed. */
  byte[] encoded() {
    return encoded;
  }

  private static byte[] encode(RevokedCertificate entry) {
    return encode(entry.serial(), entry.revokedAt(), entry.reason().code());
  }

  private static byte[] encode(BigInteger serial, Instant at, int reason) {
    ASN1EncodableVector entry = new ASN1EncodableVector();
    entry.add(new ASN1Integer(serial));
    entry.add(new Time(Date.from(at.truncatedTo(ChronoUnit.SECONDS))));
    try {
      if (reason != CRLReason.unspecified) {
        entry.add(
            new Extensions(
                new Extension(
                    Extension.reasonCode, false, CRLReason.lookup(reason).getEncoded("DER"))));
      }
      return new DERSequence(entry).getEncoded("DER");
    } catch (IOException e) {
      throw new IllegalStateException("an entry can be encoded", e);
    }
  }
}
