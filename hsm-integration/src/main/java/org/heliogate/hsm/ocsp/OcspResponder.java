package org.heliogate.hsm.ocsp;

import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.ocsp.BasicOCSPResponse;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.CertStatus;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;
import org.bouncycastle.asn1.ocsp.ResponderID;
import org.bouncycastle.asn1.ocsp.ResponseBytes;
import org.bouncycastle.asn1.ocsp.ResponseData;
import org.bouncycastle.asn1.ocsp.RevokedInfo;
import org.bouncycastle.asn1.ocsp.SingleResponse;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.heliogate.hsm.ca.RevocationReason;
import org.heliogate.hsm.ca.TbsSigner;

/**
 * Who signs the responses about the certificates of one CA: a delegated responder (RFC 6960
 * §4.2.2.2), whose certificate each response contains. It names itself by its key. Thread-safe.
 */
public final class OcspResponder {

  private final X509Certificate certificate;
  private final org.bouncycastle.asn1.x509.Certificate encoded;
  private final ResponderID id;
  private final TbsSigner signer;

  /**
   * A responder.
   *
   * @param certificate its certificate, with an EC P-256 key
   * @param signer signs by that key
   */
  public OcspResponder(X509Certificate certificate, TbsSigner signer) {
    try {
      this.encoded = org.bouncycastle.asn1.x509.Certificate.getInstance(certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("the responder's certificate cannot be encoded", e);
    }
    this.certificate = certificate;
    this.id = new ResponderID(new DEROctetString(IssuerHash.responderKeyHash(certificate)));
    this.signer = signer;
  }

  /** Its certificate. */
  public X509Certificate certificate() {
    return certificate;
  }

  /**
   * Signs a successful response of the basic type.
   *
   * @param standings what is said, in the order of the request
   * @param thisUpdate when that was known to be so; also when the response is made
   * @param nextUpdate by when there is newer information
   * @param nonce what the request wants repeated
   * @return the response in DER
   * @throws org.heliogate.hsm.HsmUnavailableException if the key cannot be used
   */
  public byte[] sign(
      Map<CertificateId, Standing> standings,
      Instant thisUpdate,
      Instant nextUpdate,
      Optional<byte[]> nonce) {
    ASN1GeneralizedTime from = time(thisUpdate);
    ASN1GeneralizedTime until = time(nextUpdate);
    ASN1EncodableVector responses = new ASN1EncodableVector();
    standings.forEach(
        (asked, standing) ->
            responses.add(
                new SingleResponse(
                    named(asked), status(standing), from, until, (Extensions) null)));
    try {
      ResponseData data =
          new ResponseData(
              id,
              from,
              new DERSequence(responses),
              nonce.map(OcspResponder::repeated).orElse(null));
      byte[] signature = signer.sign(data.getEncoded("DER"));
      BasicOCSPResponse basic =
          new BasicOCSPResponse(
              data,
              new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256),
              new DERBitString(signature),
              new DERSequence(encoded));
      return new OCSPResponse(
              new OCSPResponseStatus(OCSPResponseStatus.SUCCESSFUL),
              new ResponseBytes(
                  OCSPObjectIdentifiers.id_pkix_ocsp_basic,
                  new DEROctetString(basic.getEncoded("DER"))))
          .getEncoded("DER");
    } catch (IOException e) {
      throw new IllegalStateException("a response can be encoded", e);
    }
  }

  private static Extensions repeated(byte[] nonce) {
    try {
      return new Extensions(
          new Extension(
              OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
              false,
              new DEROctetString(nonce).getEncoded("DER")));
    } catch (IOException e) {
      throw new IllegalStateException("a nonce can be encoded", e);
    }
  }

  private static CertID named(CertificateId asked) {
    HexFormat hex = HexFormat.of();
    ASN1ObjectIdentifier hash = new ASN1ObjectIdentifier(asked.issuer().algorithm());
    return new CertID(
        asked.nullParameters()
            ? new AlgorithmIdentifier(hash, DERNull.INSTANCE)
            : new AlgorithmIdentifier(hash),
        new DEROctetString(hex.parseHex(asked.issuer().nameHash())),
        new DEROctetString(hex.parseHex(asked.issuer().keyHash())),
        new ASN1Integer(asked.serial()));
  }

  private static CertStatus status(Standing standing) {
    if (standing instanceof Standing.Revoked revoked) {
      boolean reasoned = revoked.reason() != RevocationReason.UNSPECIFIED;
      CRLReason reason = reasoned ? CRLReason.lookup(revoked.reason().code()) : null;
      return new CertStatus(new RevokedInfo(time(revoked.since()), reason));
    }
    return standing instanceof Standing.Good
        ? new CertStatus()
        : new CertStatus(2, DERNull.INSTANCE);
  }

  private static ASN1GeneralizedTime time(Instant instant) {
    return new DERGeneralizedTime(Date.from(instant.truncatedTo(ChronoUnit.SECONDS)));
  }
}
