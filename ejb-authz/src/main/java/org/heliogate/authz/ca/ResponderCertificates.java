package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import org.heliogate.authz.platform.Digests;
import org.heliogate.hsm.ca.CertificateHolder;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.CertificateProfile;
import org.heliogate.hsm.ca.InvalidCertificationRequestException;
import org.heliogate.hsm.ca.PreparedCertificate;

/** Issues certificates to the OCSP responders that this server is itself. */
@ApplicationScoped
public class ResponderCertificates {

  /** O of the responder of a CA that has none, or one that cannot be used here. */
  private static final String NAMELESS = "Heliogate";

  private final ResponderLedger ledger;
  private final IssuanceLedger intents;

  /** Issuance by the given ledgers. */
  @Inject
  public ResponderCertificates(ResponderLedger ledger, IssuanceLedger intents) {
    this.ledger = ledger;
    this.intents = intents;
  }

  /**
   * Issues a certificate in the order that all are issued: intent, signature, certificate.
   *
   * @param issuer the CA for which the responder will speak
   * @param name the responder's, the CN
   * @param key the responder's public key, which the server made itself
   * @throws org.heliogate.hsm.HsmUnavailableException if the CA's key cannot be used
   * @throws IllegalStateException if the CA's certificate is not valid now, or the intent was given
   *     up before the certificate could be stored
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public X509Certificate issue(CertificateIssuer issuer, String name, PublicKey key) {
    PreparedCertificate prepared = prepared(issuer, name, key);
    String serial = prepared.serial().toString(16);
    ledger.intend(prepared, HexFormat.of().formatHex(Digests.sha256(key.getEncoded())));
    boolean stored = false;
    try {
      X509Certificate certificate = issuer.sign(prepared);
      stored = ledger.complete(serial, certificate.getEncoded());
      if (!stored) {
        throw new IllegalStateException("certificate " + serial + " came too late");
      }
      return certificate;
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read cannot be encoded", e);
    } finally {
      if (!stored) {
        intents.abandon(serial);
      }
    }
  }

  private static PreparedCertificate prepared(
      CertificateIssuer issuer, String name, PublicKey key) {
    try {
      return issuer.prepare(
          CertificateProfile.OCSP_RESPONDER,
          CertificateHolder.responder(
              name, CertificateHolder.organizationOf(issuer.certificate()).orElse(NAMELESS)),
          key);
    } catch (InvalidCertificationRequestException e) {
      throw new IllegalStateException("the profile of responders takes P-256", e);
    }
  }
}
