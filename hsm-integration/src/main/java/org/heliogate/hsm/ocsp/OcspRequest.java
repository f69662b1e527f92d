package org.heliogate.hsm.ocsp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.bouncycastle.asn1.ocsp.Request;
import org.bouncycastle.asn1.ocsp.TBSRequest;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.heliogate.hsm.ca.AsnNesting;
import org.heliogate.hsm.ocsp.InvalidOcspRequestException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * An OCSP request (RFC 6960 §4.1) that was found good. Whether it is signed does not matter:
 * everybody may ask.
 */
public final class OcspRequest {

  /** The longest request that is read, in bytes. */
  public static final int MAX_BYTES = 16 * 1024;

  /** The most certificates that one request asks about. */
  public static final int MAX_ENTRIES = 16;

  /** The longest nonce, in bytes (RFC 8954 §2.1). */
  public static final int MAX_NONCE = 32;

  /** Of a request; preferred algorithms and acceptable types leave the one that is always given. */
  private static final Set<ASN1ObjectIdentifier> UNDERSTOOD =
      Set.of(OCSPObjectIdentifiers.id_pkix_ocsp_nonce, OCSPObjectIdentifiers.id_pkix_ocsp_response);

  private final List<CertificateId> certificates;
  private final byte @Nullable [] nonce;

  private OcspRequest(List<CertificateId> certificates, byte @Nullable [] nonce) {
    this.certificates = List.copyOf(certificates);
    this.nonce = nonce;
  }

  /**
   * Reads and checks a request.
   *
   * @param der the request, at most {@link #MAX_BYTES}; nothing may follow it
   * @throws InvalidOcspRequestException if it is to be refused
   */
  public static OcspRequest parse(byte[] der) throws InvalidOcspRequestException {
    if (der.length > MAX_BYTES) {
      throw new InvalidOcspRequestException(Reason.TOO_LARGE, "the request is over 16 KiB");
    }
    if (AsnNesting.isTooDeep(der)) {
      throw new InvalidOcspRequestException(Reason.MALFORMED, "the request is nested too deep");
    }
    try {
      TBSRequest request =
          OCSPRequest.getInstance(ASN1Primitive.fromByteArray(der)).getTbsRequest();
      return read(request);
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw malformed(e);
    } catch (ClassCastException | NullPointerException | IndexOutOfBoundsException e) {
      // Bouncy Castle throws these for some encodings of another shape.
      throw malformed(e);
    }
  }

  private static OcspRequest read(TBSRequest request) throws InvalidOcspRequestException {
    if (request.getVersion() != null && !request.getVersion().hasValue(0)) {
      throw new InvalidOcspRequestException(Reason.MALFORMED, "the version is not 1");
    }
    ASN1Sequence entries = request.getRequestList();
    if (entries.size() == 0) {
      throw new InvalidOcspRequestException(Reason.NO_ENTRY, "no certificate is asked about");
    }
    if (entries.size() > MAX_ENTRIES) {
      throw new InvalidOcspRequestException(
          Reason.TOO_MANY_ENTRIES,
          "a request has at most " + MAX_ENTRIES + " entries, this one has " + entries.size());
    }
    List<CertificateId> certificates = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      Request entry = Request.getInstance(entries.getObjectAt(i));
      checkCritical(entry.getSingleRequestExtensions(), Set.of());
      certificates.add(CertificateId.of(entry.getReqCert()));
    }
    Extensions extensions = request.getRequestExtensions();
    checkCritical(extensions, UNDERSTOOD);
    return new OcspRequest(certificates, nonce(extensions));
  }

  private static void checkCritical(
      @Nullable Extensions extensions, Set<ASN1ObjectIdentifier> understood)
      throws InvalidOcspRequestException {
    if (extensions == null) {
      return;
    }
    for (ASN1ObjectIdentifier critical : extensions.getCriticalExtensionOIDs()) {
      if (!understood.contains(critical)) {
        throw new InvalidOcspRequestException(
            Reason.CRITICAL_EXTENSION, "an extension that is not understood is critical");
      }
    }
  }

  private static byte @Nullable [] nonce(@Nullable Extensions extensions)
      throws InvalidOcspRequestException {
    Extension found =
        extensions == null
            ? null
            : extensions.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
    if (found == null) {
      return null;
    }
    byte[] value;
    try {
      value = ASN1OctetString.getInstance(found.getExtnValue().getOctets()).getOctets();
    } catch (IllegalArgumentException | IllegalStateException | ClassCastException e) {
      throw new InvalidOcspRequestException(Reason.NONCE, "the nonce is no octet string", e);
    }
    if (value.length == 0 || value.length > MAX_NONCE) {
      throw new InvalidOcspRequestException(
          Reason.NONCE, "a nonce has 1 to " + MAX_NONCE + " octets");
    }
    return value;
  }

  private static InvalidOcspRequestException malformed(Exception cause) {
    return new InvalidOcspRequestException(
        Reason.MALFORMED, "this is no OCSP request in DER", cause);
  }

  /** The certificates that it asks about, 1 to {@link #MAX_ENTRIES}. */
  public List<CertificateId> certificates() {
    return certificates;
  }

  /** What the response must repeat, 1 to {@link #MAX_NONCE} octets. */
  public Optional<byte[]> nonce() {
    return nonce == null ? Optional.empty() : Optional.of(nonce.clone());
  }
}
