package org.heliogate.hsm.ca;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CRLException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.heliogate.hsm.HsmUnavailableException;
import org.heliogate.hsm.ca.InvalidCertificationRequestException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * A certificate authority: one CA certificate and the means to sign with its key.
 *
 * <p>Issuance has two steps, so that the serial can be stored in between: {@link #prepare} checks
 * everything, {@link #sign} takes the result once. Certificates and CRLs are signed by the {@link
 * SignatureAlgorithm} of the CA's key and verified before they are handed out. Thread-safe.
 */
public final class CertificateIssuer {

  /** How long before its issuance a certificate begins to be valid, for clocks that are late. */
  public static final Duration BACKDATING = Duration.ofMinutes(5);

  private static final int SERIAL_TOP_BIT = 126;

  private final X500Name name;
  private final byte[] keyIdentifier;
  private final String ski;
  private final PublicKey publicKey;
  private final @Nullable X509Certificate certificate;
  private final SignatureAlgorithm algorithm;
  private final TbsSigner signer;
  private final PkiLocations locations;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /**
   * A CA with a certificate.
   *
   * @param certificate the CA's certificate
   * @param signer signs by the CA's key
   * @param locations addresses that certificates name
   * @param clock the time of issuance
   * @throws IllegalArgumentException if the certificate is no CA's or has no subject key identifier
   */
  public CertificateIssuer(
      X509Certificate certificate, TbsSigner signer, PkiLocations locations, Clock clock) {
    if (certificate.getBasicConstraints() < 0) {
      throw new IllegalArgumentException("not a CA certificate");
    }
    this.name = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    this.keyIdentifier = SubjectKeyIdentifiers.bytes(certificate);
    this.ski = HexFormat.of().formatHex(keyIdentifier);
    this.publicKey = certificate.getPublicKey();
    this.algorithm = SignatureAlgorithm.of(publicKey);
    this.certificate = certificate;
    this.signer = signer;
    this.locations = locations;
    this.clock = clock;
  }

  private CertificateIssuer(
      X500Name name, PublicKey publicKey, TbsSigner signer, PkiLocations locations, Clock clock) {
    this.name = name;
    this.publicKey = publicKey;
    this.algorithm = SignatureAlgorithm.of(publicKey);
    this.keyIdentifier =
        SubjectKeyIdentifiers.of(SubjectPublicKeyInfo.getInstance(publicKey.getEncoded()));
    this.ski = HexFormat.of().formatHex(keyIdentifier);
    this.certificate = null;
    this.signer = signer;
    this.locations = locations;
    this.clock = clock;
  }

  /**
   * Makes a self-signed root certificate.
   *
   * @param holder the root's name
   * @param publicKey the root's public key
   * @param signer signs by the matching private key
   * @param locations addresses that its certificates will name
   * @param clock the time of issuance
   * @throws InvalidCertificationRequestException if the key is not allowed for a root
   * @throws HsmUnavailableException if the key cannot be used
   */
  public static X509Certificate selfSigned(
      CertificateHolder holder,
      PublicKey publicKey,
      TbsSigner signer,
      PkiLocations locations,
      Clock clock)
      throws InvalidCertificationRequestException {
    CertificateIssuer root =
        new CertificateIssuer(
            CertificateContents.subject(holder), publicKey, signer, locations, clock);
    return root.sign(root.prepare(CertificateProfile.ROOT_CA, holder, publicKey));
  }

  /** The CA's subject key identifier, lower-case hex: {@code {ski}} in the addresses. */
  public String ski() {
    return ski;
  }

  /**
   * The CA's certificate.
   *
   * @throws IllegalStateException while a root is being made
   */
  public X509Certificate certificate() {
    if (certificate == null) {
      throw new IllegalStateException("the root has no certificate yet");
    }
    return certificate;
  }

  /**
   * Checks everything about a certificate for the sender of a request.
   *
   * @param profile its purpose; a client profile
   * @param holder who it is about; the CN must be the request's
   * @param request the request, which was checked when it was read
   * @throws InvalidCertificationRequestException if the profile does not take the key, or the CN is
   *     another
   * @throws IllegalArgumentException if profile and holder do not fit
   * @throws CertificateLintException if the certificate would be wrong
   */
  public PreparedCertificate prepare(
      CertificateProfile profile, CertificateHolder holder, CertificationRequest request)
      throws InvalidCertificationRequestException {
    if (!holder.commonName().equals(request.username())) {
      throw new InvalidCertificationRequestException(
          Reason.SUBJECT, "the request's subject is not the holder's");
    }
    return prepare(profile, holder, request.publicKey());
  }

  /**
   * Checks everything about a certificate for a key pair that the caller made itself.
   *
   * @param profile its purpose
   * @param holder who it is about
   * @param key the public key
   * @throws InvalidCertificationRequestException if the profile does not take the key
   * @throws IllegalArgumentException if profile and holder do not fit
   * @throws CertificateLintException if the certificate would be wrong
   */
  public PreparedCertificate prepare(
      CertificateProfile profile, CertificateHolder holder, PublicKey key)
      throws InvalidCertificationRequestException {
    return prepare(profile, holder, SubjectPublicKeyInfo.getInstance(key.getEncoded()));
  }

  private PreparedCertificate prepare(
      CertificateProfile profile, CertificateHolder holder, SubjectPublicKeyInfo key)
      throws InvalidCertificationRequestException {
    CertificateContents.checkFit(profile, holder);
    profile.checkKey(key);
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant notBefore = now.minus(BACKDATING);
    Instant notAfter = notBefore.plus(profile.validity());
    X509Certificate own = certificate;
    if (own != null) {
      Instant begin = own.getNotBefore().toInstant();
      Instant end = own.getNotAfter().toInstant();
      if (now.isBefore(begin) || !now.isBefore(end)) {
        throw new IllegalStateException("the CA certificate " + ski + " is not valid now");
      }
      notBefore = notBefore.isBefore(begin) ? begin : notBefore;
      notAfter = notAfter.isAfter(end) ? end : notAfter;
    }
    BigInteger serial = new BigInteger(SERIAL_TOP_BIT, random).setBit(SERIAL_TOP_BIT);
    X509v3CertificateBuilder builder =
        new X509v3CertificateBuilder(
            name,
            serial,
            Date.from(notBefore),
            Date.from(notAfter),
            CertificateContents.subject(holder),
            key);
    byte[] tbs;
    try {
      CertificateContents.addExtensions(
          builder, profile, holder, key, own == null ? null : keyIdentifier, locations);
      // What is built here is not signed; only its first part is wanted.
      tbs =
          builder
              .build(new TbsContentSigner(unsigned -> new byte[0], algorithm))
              .toASN1Structure()
              .getTBSCertificate()
              .getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalArgumentException("the certificate cannot be encoded", e);
    }
    CertificateLinter.check(tbs, profile, lintIssuer());
    return new PreparedCertificate(serial, ski, profile, holder, notBefore, notAfter, tbs);
  }

  private LintIssuer lintIssuer() {
    X509Certificate own = certificate;
    LintIssuer.Bounds bounds =
        own == null
            ? null
            : new LintIssuer.Bounds(
                own.getNotBefore().getTime(),
                own.getNotAfter().getTime(),
                own.getBasicConstraints());
    return new LintIssuer(name, keyIdentifier, algorithm, bounds, locations);
  }

  /**
   * Signs what was prepared. Whatever comes of it, the same is not signed again.
   *
   * @throws IllegalStateException if it was given to a signer before
   * @throws IllegalArgumentException if another CA prepared it
   * @throws HsmUnavailableException if the key cannot be used or signs wrongly
   */
  public X509Certificate sign(PreparedCertificate prepared) {
    if (!prepared.issuerSki().equals(ski)) {
      throw new IllegalArgumentException("the certificate was prepared by another CA");
    }
    byte[] tbs = prepared.take();
    try {
      byte[] der =
          new DERSequence(
                  new ASN1Encodable[] {
                    ASN1Primitive.fromByteArray(tbs),
                    algorithm.identifier(),
                    new DERBitString(signer.sign(tbs))
                  })
              .getEncoded(ASN1Encoding.DER);
      X509Certificate signed =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      signed.verify(publicKey);
      return signed;
    } catch (IOException | GeneralSecurityException e) {
      throw badSignature(e);
    }
  }

  /**
   * Signs a full CRL with CRL number and authority key identifier.
   *
   * @param number greater than that of every CRL before
   * @param revoked the certificates of this CA that are not to be trusted
   * @param life how long until {@code nextUpdate}
   * @throws HsmUnavailableException if the key cannot be used or signs wrongly
   */
  public SignedCrl signCrl(
      BigInteger number, Collection<RevokedCertificate> revoked, Duration life) {
    return signCrl(number, RevocationList.of(revoked), life, false);
  }

  /**
   * Signs a full CRL with CRL number and authority key identifier.
   *
   * @param number greater than that of every CRL before
   * @param revoked the certificates of this CA that are not to be trusted
   * @param life how long until {@code nextUpdate}
   * @param withDelta whether it names the place of the delta CRL (RFC 5280 §5.2.6)
   * @throws HsmUnavailableException if the key cannot be used or signs wrongly
   */
  public SignedCrl signCrl(
      BigInteger number, RevocationList revoked, Duration life, boolean withDelta) {
    CrlFrame frame = new CrlFrame(name, keyIdentifier, number);
    return signed(
        number, withDelta ? frame.freshest(locations.deltaCrl(ski)) : frame, revoked, life);
  }

  /**
   * Signs a delta CRL (RFC 5280 §5.2.4).
   *
   * @param number that of the full CRL that is signed at the same time
   * @param base number of the full CRL that it is to be put upon
   * @param changes what has changed since then
   * @param life how long until {@code nextUpdate}
   * @throws HsmUnavailableException if the key cannot be used or signs wrongly
   */
  public SignedCrl signDeltaCrl(
      BigInteger number, BigInteger base, RevocationList changes, Duration life) {
    return signed(number, new CrlFrame(name, keyIdentifier, number).delta(base), changes, life);
  }

  private SignedCrl signed(
      BigInteger number, CrlFrame frame, RevocationList entries, Duration life) {
    Instant thisUpdate = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant nextUpdate = thisUpdate.plus(life).truncatedTo(ChronoUnit.SECONDS);
    byte[] tbs = frame.tbs(algorithm.identifier(), thisUpdate, nextUpdate, entries);
    byte[] der = CrlFrame.signed(tbs, algorithm.identifier(), signer.sign(tbs));
    try {
      if (!EncodedCrl.parse(der).isSignedBy(publicKey)) {
        throw badSignature(null);
      }
      return new SignedCrl(ski, number, thisUpdate, nextUpdate, der);
    } catch (CRLException e) {
      throw badSignature(e);
    }
  }

  private HsmUnavailableException badSignature(@Nullable Exception cause) {
    return new HsmUnavailableException(
        HsmUnavailableException.Reason.FAULT, "the key of CA " + ski + " signs wrongly", cause);
  }
}
