package org.heliogate.authz.uma;

import static java.nio.charset.StandardCharsets.US_ASCII;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import org.heliogate.authz.bootstrap.CertificateLogins;
import org.heliogate.authz.ca.CertificateOrder;
import org.heliogate.authz.ca.CertificateService;
import org.heliogate.authz.ca.IssuedCertificate;
import org.heliogate.authz.ca.PreparedOrder;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.projection.CredentialKind;
import org.heliogate.authz.projection.EnforcementWatch;
import org.heliogate.authz.projection.Projections;
import org.heliogate.authz.projection.Projections.Enforcement;
import org.heliogate.authz.resource.ResourceServer;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.hsm.ca.CertificationRequest;
import org.heliogate.hsm.ca.InvalidCertificationRequestException;
import org.heliogate.spi.SecurityProfile;
import org.jspecify.annotations.Nullable;

/**
 * Where credentials for resource servers are made ready and handed out: the certificate is signed
 * while the relay carries the client's rights to the resource server.
 */
@ApplicationScoped
public class CredentialDesk {

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int PASSWORD_BYTES = 24;

  private final ResourceServers servers;
  private final Projections projections;
  private final EnforcementWatch watch;
  private final CertificateService certificates;
  private final CertificateLogins logins;
  private final CredentialHandover handover;
  private final SecureRandom random;
  private final Clock clock;

  /** A desk for the registered resource servers. */
  @Inject
  public CredentialDesk(
      ResourceServers servers,
      Projections projections,
      EnforcementWatch watch,
      CertificateService certificates,
      CertificateLogins logins,
      CredentialHandover handover,
      SecureRandom random,
      Clock clock) {
    this.servers = servers;
    this.projections = projections;
    this.watch = watch;
    this.certificates = certificates;
    this.logins = logins;
    this.handover = handover;
    this.random = random;
    this.clock = clock;
  }

  /**
   * Credentials that were asked for.
   *
   * @param enforced whether the resource server acts on the client's rights
   * @param certificate the certificate, null if none was asked for
   * @param password whether a password was asked for
   */
  record Prepared(boolean enforced, @Nullable IssuedCertificate certificate, boolean password) {}

  /** Makes ready what was asked for and waits for the resource server. */
  Prepared prepare(RegisteredClient client, ResourceServer server, Redemption redemption) {
    byte[] csr = redemption.csr();
    if (csr != null && redemption.password()) {
      throw new RequestException(
          ErrorCode.INVALID_REQUEST, "ask for a certificate or a password, not both");
    }
    if (csr != null) {
      return prepareCertificate(client, server, csr);
    }
    if (redemption.password()) {
      return preparePassword(client, server);
    }
    if (!server.proxied()) {
      // Such a server checks tokens itself; the token alone is the right.
      return new Prepared(true, null, false);
    }
    Enforcement wanted = projections.require(client, server.id(), CredentialKind.NONE);
    return new Prepared(watch.await(wanted, PATIENCE), null, false);
  }

  /** Spends the ticket and hands out what was made ready, once. */
  Redeemed.@Nullable Credentials deliver(
      RegisteredClient client, ResourceServer server, PermissionTicket ticket, Prepared prepared) {
    IssuedCertificate certificate = prepared.certificate();
    if (prepared.password()) {
      return new Redeemed.Password(
          client.username(),
          handover.takePassword(client, server.id(), ticket),
          Projections.PASSWORD_LIFETIME);
    }
    if (certificate == null) {
      handover.take(client, server.id(), ticket, "none");
      return null;
    }
    handover.take(client, server.id(), ticket, certificate.serial());
    return new Redeemed.X509(
        client.username(),
        certificate.certificatePem(),
        certificate.caCertificatesPem(),
        Duration.between(clock.instant(), certificate.notAfter()));
  }

  private Prepared prepareCertificate(RegisteredClient client, ResourceServer server, byte[] csr) {
    refuseUnless(server, SecurityProfile.Type.X509);
    CertificationRequest request;
    try {
      request = CertificationRequest.parse(csr, client.username());
    } catch (InvalidCertificationRequestException e) {
      throw new RequestException(ErrorCode.INVALID_REQUEST, "csr: " + e.getMessage());
    }
    // An order that cannot be met must not take away the login that the client has.
    PreparedOrder order = certificates.prepare(CertificateOrder.of(client, request));
    projections.require(client, server.id(), CredentialKind.X509);
    IssuedCertificate certificate = certificates.issue(order);
    Enforcement wanted =
        logins
            .require(client, server.id())
            .orElseThrow(
                () ->
                    new RequestException(
                        ErrorCode.REQUEST_DENIED,
                        "the certificate was revoked, or a password asked for, meanwhile"));
    return new Prepared(watch.await(wanted, PATIENCE), certificate, false);
  }

  private Prepared preparePassword(RegisteredClient client, ResourceServer server) {
    refuseUnless(server, SecurityProfile.Type.PASSWORD);
    if (client.returnPin()) {
      throw new RequestException(
          ErrorCode.INVALID_REQUEST, "a client with a secure element gets a certificate; send csr");
    }
    byte[] drawn = new byte[PASSWORD_BYTES];
    random.nextBytes(drawn);
    byte[] fresh = Base64.getUrlEncoder().withoutPadding().encodeToString(drawn).getBytes(US_ASCII);
    Enforcement wanted = projections.requirePassword(client, server.id(), fresh);
    return new Prepared(watch.await(wanted, PATIENCE), null, true);
  }

  private void refuseUnless(ResourceServer server, SecurityProfile.Type type) {
    boolean offered =
        servers.securityProfiles(server).stream().anyMatch(profile -> profile.type() == type);
    if (!offered) {
      throw new RequestException(
          ErrorCode.INVALID_REQUEST,
          "the resource server '" + server.id() + "' does not take this kind of credential");
    }
  }
}
