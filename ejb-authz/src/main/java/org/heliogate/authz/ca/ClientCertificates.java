package org.heliogate.authz.ca;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.platform.Digests;
import org.heliogate.hsm.ca.CertificateProfile;
import org.jspecify.annotations.Nullable;

/**
 * The check of certificates that clients show in TLS (RFC 8705 §2.1). The inventory knows each
 * certificate to the last byte, so no signature is verified here. What was found good stays in
 * memory until word comes that it was withdrawn, on every node, or for a minute. Thread-safe.
 */
@ApplicationScoped
public class ClientCertificates {

  private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";
  private static final int MAX_CERTIFICATES = 100_000;
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

  private final CertificateInventory inventory;
  private final ChangeNotices notices;
  private final Clock clock;
  private final Cache<String, VerifiedCertificate> good =
      Caffeine.newBuilder().maximumSize(MAX_CERTIFICATES).expireAfterWrite(LOOK_AGAIN).build();

  /** A check against the given inventory. */
  @Inject
  public ClientCertificates(CertificateInventory inventory, ChangeNotices notices, Clock clock) {
    this.inventory = inventory;
    this.notices = notices;
    this.clock = clock;
  }

  /**
   * Checks a certificate whose private key the handshake has proven.
   *
   * @return empty unless this CA issued just this certificate under a client profile, it is valid
   *     now and nobody withdrew it
   */
  public Optional<VerifiedCertificate> verify(X509Certificate shown) {
    Instant now = clock.instant();
    if (now.isBefore(shown.getNotBefore().toInstant())
        || !now.isBefore(shown.getNotAfter().toInstant())) {
      return Optional.empty();
    }
    String serial = shown.getSerialNumber().toString(16);
    String thumbprint = thumbprint(shown);
    return Optional.ofNullable(good.get(serial, unknown -> look(shown, thumbprint)))
        .filter(known -> Digests.equal(known.thumbprint(), thumbprint));
  }

  private @Nullable VerifiedCertificate look(X509Certificate shown, String thumbprint) {
    return inventory
        .find(shown)
        .filter(found -> found.status() == CertificateStatus.ISSUED && isForClients(found, shown))
        .map(
            found ->
                new VerifiedCertificate(
                    found.serial(),
                    found.clientId(),
                    shown.getSubjectX500Principal(),
                    thumbprint,
                    found.notAfter()))
        .orElse(null);
  }

  private static boolean isForClients(CertificateRecord found, X509Certificate shown) {
    try {
      List<String> uses = shown.getExtendedKeyUsage();
      return CertificateProfile.named(found.profile()).purpose()
              == CertificateProfile.Purpose.CLIENT
          && uses != null
          && uses.contains(CLIENT_AUTHENTICATION);
    } catch (CertificateParsingException e) {
      return false;
    }
  }

  void tell(@Observes CertificateRevoked event) {
    notices.publish(ChangeNotice.Kind.CERTIFICATE, event.serial());
  }

  void tellReleased(@Observes CertificateReleased event) {
    notices.publish(ChangeNotice.Kind.CERTIFICATE, event.serial());
  }

  void forget(@Observes(during = TransactionPhase.AFTER_SUCCESS) ChangeNotice notice) {
    if (notice.kind() == ChangeNotice.Kind.CERTIFICATE) {
      good.invalidate(notice.subject());
    } else if (notice.kind() == ChangeNotice.Kind.EVERYTHING) {
      good.invalidateAll();
    }
  }

  private static String thumbprint(X509Certificate certificate) {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Digests.sha256(certificate.getEncoded()));
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read cannot be encoded", e);
    }
  }
}
