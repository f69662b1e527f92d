package org.heliogate.authz.est;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.bootstrap.CertificateLogins;
import org.heliogate.authz.ca.IssuedCertificate;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.projection.Projections;
import org.heliogate.authz.projection.Projections.Enforcement;
import org.heliogate.authz.token.DeviceConfirmation;

/**
 * The last transaction of an enrolment: what the certificate opens is wanted, and it is accounted
 * for.
 */
@ApplicationScoped
class EnrollmentHandover {

  private final CertificateLogins logins;
  private final Projections projections;
  private final DeviceConfirmation confirmation;
  private final AuditTrail audit;

  @Inject
  EnrollmentHandover(
      CertificateLogins logins,
      Projections projections,
      DeviceConfirmation confirmation,
      AuditTrail audit) {
    this.logins = logins;
    this.projections = projections;
    this.confirmation = confirmation;
    this.audit = audit;
  }

  /**
   * Hands a certificate out.
   *
   * @param servers the resource servers at which the client is to log in by it
   * @return what they must enforce for that
   * @throws RequestException {@link ErrorCode#REQUEST_DENIED} if it was revoked meanwhile, and the
   *     client has no other
   */
  @Transactional
  public List<Enforcement> give(
      String action,
      RegisteredClient client,
      IssuedCertificate certificate,
      Collection<String> servers) {
    if (!logins.restore(client.clientId())) {
      throw new RequestException(ErrorCode.REQUEST_DENIED, "the certificate was revoked meanwhile");
    }
    confirmation.confirmDeviceOf(client);
    audit.record(
        AuditEvent.success(
            action,
            client.clientId(),
            certificate.serial(),
            Map.of("username", client.username(), "servers", String.join(" ", servers))));
    return projections.requireCertificateLogins(client, servers);
  }
}
