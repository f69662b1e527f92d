package org.heliogate.hsm.ca;

import java.math.BigInteger;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A certificate that passed all checks of its profile and every {@link Lint}, and lacks only the
 * signature: its bytes are fixed. It is the only thing that a {@link CertificateIssuer} signs, and
 * it is signed at most once, whatever comes of it. Its owner stores the serial before it is signed.
 */
public final class PreparedCertificate {

  private final BigInteger serial;
  private final String issuerSki;
  private final CertificateProfile profile;
  private final CertificateHolder holder;
  private final Instant notBefore;
  private final Instant notAfter;
  private final byte[] tbs;
  private final AtomicBoolean taken = new AtomicBoolean();

  PreparedCertificate(
      BigInteger serial,
      String issuerSki,
      CertificateProfile profile,
      CertificateHolder holder,
      Instant notBefore,
      Instant notAfter,
      byte[] tbs) {
    this.serial = serial;
    this.issuerSki = issuerSki;
    this.profile = profile;
    this.holder = holder;
    this.notBefore = notBefore;
    this.notAfter = notAfter;
    this.tbs = tbs.clone();
  }

  /** The serial number, positive, 127 bits of which 126 are random. */
  public BigInteger serial() {
    return serial;
  }

  /** The issuer's subject key identifier, lower-case hex. */
  public String issuerSki() {
    return issuerSki;
  }

  /** The profile that it was checked against. */
  public CertificateProfile profile() {
    return profile;
  }

  /** Who it is about. */
  public CertificateHolder holder() {
    return holder;
  }

  /** Start of the validity, whole seconds. */
  public Instant notBefore() {
    return notBefore;
  }

  /** End of the validity, whole seconds. */
  public Instant notAfter() {
    return notAfter;
  }

  /**
   * Hands out what is to be signed, DER, once.
   *
   * @throws IllegalStateException if it was handed out before
   */
  byte[] take() {
    if (!taken.compareAndSet(false, true)) {
      throw new IllegalStateException("certificate " + serial.toString(16) + " was signed before");
    }
    return tbs;
  }
}
