package org.heliogate.authz.ca.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.math.BigInteger;
import java.time.Instant;
import org.heliogate.authz.ca.CertificateStatus;
import org.heliogate.authz.ca.CrlListing;
import org.heliogate.authz.ca.HoldOrigin;
import org.heliogate.hsm.ca.CertificateProfile;
import org.heliogate.hsm.ca.RevocationReason;
import org.jspecify.annotations.Nullable;

/** A serial that was given to a signer, and the certificate that came of it. */
@Entity
@Table(name = "certificate")
public class CertificateEntity {

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  private String serial;
  private String issuerSki;
  private String profile;
  private short profileVersion;
  private String username;
  private @Nullable String clientId;
  private @Nullable String masterId;

  @Enumerated(EnumType.STRING)
  private CertificateStatus status;

  private @Nullable String liveKey;
  private String publicKeySha256;
  private Instant notBefore;
  private Instant notAfter;
  private byte @Nullable [] der;
  private @Nullable Instant revokedAt;

  @Enumerated(EnumType.STRING)
  private @Nullable RevocationReason reason;

  @Enumerated(EnumType.STRING)
  private @Nullable HoldOrigin heldBy;

  private int holds;
  private @Nullable Instant releasedAt;
  private @Nullable Integer expiryNotice;
  private @Nullable Instant expiryDue;

  @Enumerated(EnumType.STRING)
  private CrlListing listing;

  private @Nullable Long listedNumber;
  private Instant createdAt;

  /** For JPA. */
  protected CertificateEntity() {}

  /** An intent: a serial that is about to be signed. */
  public CertificateEntity(
      BigInteger serial,
      String issuerSki,
      String profile,
      String username,
      String publicKeySha256,
      Instant notBefore,
      Instant notAfter,
      Instant createdAt) {
    this.serial = serial.toString(16);
    this.issuerSki = issuerSki;
    this.profile = profile;
    this.profileVersion = (short) CertificateProfile.named(profile).version();
    this.username = username;
    this.publicKeySha256 = publicKeySha256;
    this.notBefore = notBefore;
    this.notAfter = notAfter;
    this.createdAt = createdAt;
    this.status = CertificateStatus.INTENT;
    this.listing = CrlListing.NONE;
  }

  /** Says that it was issued under another version of its profile than today's. */
  public void setProfileVersion(int version) {
    this.profileVersion = (short) version;
  }

  /**
   * Says whose it is, who must hear of its end.
   *
   * @param liveKey unique among the certificates that may be in use
   */
  public void setOwner(String clientId, @Nullable String masterId, String liveKey) {
    this.clientId = clientId;
    this.masterId = masterId;
    this.liveKey = liveKey;
    this.expiryDue = notAfter;
  }

  /** Stores the signed certificate. */
  public void issue(byte[] der) {
    this.der = der.clone();
    this.status = CertificateStatus.ISSUED;
  }

  /**
   * Withdraws it for good, for the next CRL. One that was on hold is revoked since the day of that
   * (X.509 §9.5.3.1).
   */
  public void revoke(RevocationReason reason, Instant now) {
    withdraw(CertificateStatus.REVOKED, reason, heldBy == null ? now : revokedAt);
    this.heldBy = null;
    this.liveKey = null;
    this.expiryDue = null;
  }

  /** Gives the intent up, for the next CRL. */
  public void orphan(Instant now) {
    withdraw(CertificateStatus.ORPHANED, RevocationReason.UNSPECIFIED, now);
    this.liveKey = null;
    this.expiryDue = null;
  }

  /** Puts it on hold, for the next CRL. Its key stays taken: it gets no other certificate. */
  public void hold(HoldOrigin origin, Instant now) {
    withdraw(CertificateStatus.HELD, RevocationReason.CERTIFICATE_HOLD, now);
    this.heldBy = origin;
    this.holds++;
  }

  /** Makes the hold an operator's own, whoever it was that held it. */
  public void keepHeld() {
    this.heldBy = HoldOrigin.OPERATOR;
  }

  /** Ends the hold, for the next CRL. */
  public void endHold(Instant now) {
    this.status = CertificateStatus.ISSUED;
    this.reason = null;
    this.revokedAt = null;
    this.heldBy = null;
    this.releasedAt = now;
    this.listing = CrlListing.RELEASED;
    this.listedNumber = null;
  }

  /** Notes that its end was told so many days before. */
  public void noteExpiryNotice(int days) {
    this.expiryNotice = days;
  }

  /** Lets another certificate for the same key and client take its place. */
  public void release() {
    this.liveKey = null;
  }

  private void withdraw(
      CertificateStatus status, RevocationReason reason, @Nullable Instant since) {
    this.status = status;
    this.reason = reason;
    this.revokedAt = since;
    this.listing = CrlListing.PENDING;
    this.listedNumber = null;
  }

  /** What only one certificate that may be in use has; null once it is no longer in use. */
  public @Nullable String liveKey() {
    return liveKey;
  }

  /** Rises with time. */
  public long id() {
    return id;
  }

  /** The serial number, lower-case hex. */
  public String serial() {
    return serial;
  }

  /** The issuer's subject key identifier, lower-case hex. */
  public String issuerSki() {
    return issuerSki;
  }

  /** Name of the profile. */
  public String profile() {
    return profile;
  }

  /** Version of the profile under which it was issued. */
  public int profileVersion() {
    return profileVersion;
  }

  /** CN of the subject. */
  public String username() {
    return username;
  }

  /** The client, null for what was issued offline. */
  public @Nullable String clientId() {
    return clientId;
  }

  /** The device of the client, null if it has none. */
  public @Nullable String masterId() {
    return masterId;
  }

  /** How far it is. */
  public CertificateStatus status() {
    return status;
  }

  /** Begin of the validity. */
  public Instant notBefore() {
    return notBefore;
  }

  /** End of the validity. */
  public Instant notAfter() {
    return notAfter;
  }

  /** The certificate, null until it is signed. */
  public byte @Nullable [] der() {
    return der == null ? null : der.clone();
  }

  /** Since when it is withdrawn, null if it is not. */
  public @Nullable Instant revokedAt() {
    return revokedAt;
  }

  /** Why it is withdrawn, null if it is not. */
  public @Nullable RevocationReason reason() {
    return reason;
  }

  /** Who holds it, null unless it is on hold. */
  public @Nullable HoldOrigin heldBy() {
    return heldBy;
  }

  /** How often it was put on hold. */
  public int holds() {
    return holds;
  }

  /** When it was last released from a hold, null if never. */
  public @Nullable Instant releasedAt() {
    return releasedAt;
  }

  /** When the serial was given out. */
  public Instant createdAt() {
    return createdAt;
  }
}
