package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.hsm.ca.RevocationReason;
import org.jspecify.annotations.Nullable;

/** What the holder of certificates may do with them itself: withdraw its own, for good. */
@ApplicationScoped
public class OwnCertificates {

  /** What only the holder can know; the others are for the CA to say. */
  private static final List<RevocationReason> REASONS =
      List.of(
          RevocationReason.UNSPECIFIED,
          RevocationReason.KEY_COMPROMISE,
          RevocationReason.SUPERSEDED,
          RevocationReason.CESSATION_OF_OPERATION);

  private final CertificateInventory inventory;
  private final CertificateService certificates;

  /** The certificates in the given inventory. */
  @Inject
  public OwnCertificates(CertificateInventory inventory, CertificateService certificates) {
    this.inventory = inventory;
    this.certificates = certificates;
  }

  /**
   * Withdraws a certificate of a client at the client's wish; doing it again changes nothing.
   *
   * @param serial hexadecimal, in either case
   * @param reason in lower case with underscores; null for none in particular
   * @return the certificate as it is now
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} for a certificate that the client
   *     does not have, whether or not another one has it, and for a reason that is not the holder's
   *     to give
   */
  @Transactional
  public CertificateRecord revokeOfClient(String clientId, String serial, @Nullable String reason) {
    return revoke(
        SerialNumbers.canonical(serial)
            .flatMap(inventory::find)
            .filter(found -> clientId.equals(found.clientId())),
        reason);
  }

  /**
   * Withdraws a certificate at the wish of whoever has proven its key.
   *
   * @param shown the certificate that was proven
   * @param reason as above
   * @return the certificate as it is now
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} for a reason that is not the
   *     holder's to give
   */
  @Transactional
  public CertificateRecord revokeShown(VerifiedCertificate shown, @Nullable String reason) {
    return revoke(inventory.find(shown.serial()), reason);
  }

  private CertificateRecord revoke(Optional<CertificateRecord> own, @Nullable String reason) {
    RevocationReason cause = named(reason);
    CertificateRecord certificate =
        own.filter(OwnCertificates::handedOut)
            .orElseThrow(
                () ->
                    new RequestException(
                        ErrorCode.INVALID_REQUEST, "the client has no certificate of this serial"));
    String clientId = certificate.clientId();
    certificates.revoke(
        clientId == null ? certificate.username() : clientId, certificate.serial(), cause);
    return inventory.find(certificate.serial()).orElseThrow();
  }

  private static boolean handedOut(CertificateRecord certificate) {
    return certificate.status() != CertificateStatus.INTENT
        && certificate.status() != CertificateStatus.ORPHANED;
  }

  private static RevocationReason named(@Nullable String name) {
    return name == null
        ? RevocationReason.UNSPECIFIED
        : REASONS.stream()
            .filter(reason -> reason.name().toLowerCase(Locale.ROOT).equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new RequestException(
                        ErrorCode.INVALID_REQUEST,
                        "reason must be one of "
                            + REASONS.stream()
                                .map(reason -> reason.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))));
  }
}
