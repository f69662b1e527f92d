package org.heliogate.authz.est;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTally;
import org.heliogate.authz.ca.Authorities;
import org.heliogate.authz.ca.CertificateOrder;
import org.heliogate.authz.ca.CertificateService;
import org.heliogate.authz.ca.IssuedCertificate;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.grant.Entitlements;
import org.heliogate.authz.platform.HsmCalls;
import org.heliogate.authz.projection.EnforcementWatch;
import org.heliogate.authz.projection.Projections.Enforcement;
import org.heliogate.authz.resource.ResourceServer;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.hsm.ca.CertificationRequest;
import org.heliogate.hsm.ca.InvalidCertificationRequestException;
import org.heliogate.spi.SecurityProfile;

/**
 * Enrolment of clients that have proven who they are. A certificate opens every resource server
 * that takes certificates and on which the client has a right, unless it logs in there by a
 * password.
 */
@ApplicationScoped
public class EnrollmentService {

  private static final String SCOPE = "uma_authorization";
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final byte[] ATTRIBUTES = attributes();

  private final Authorities authorities;
  private final CertificateService certificates;
  private final ResourceServers servers;
  private final Entitlements entitlements;
  private final EnrollmentHandover handover;
  private final EnforcementWatch watch;
  private final AuditTally tally;

  /** A service of the given CAs. */
  @Inject
  public EnrollmentService(
      Authorities authorities,
      CertificateService certificates,
      ResourceServers servers,
      Entitlements entitlements,
      EnrollmentHandover handover,
      EnforcementWatch watch,
      AuditTally tally) {
    this.authorities = authorities;
    this.certificates = certificates;
    this.servers = servers;
    this.entitlements = entitlements;
    this.handover = handover;
    this.watch = watch;
    this.tally = tally;
  }

  /**
   * The certificates of all CAs in force, as a Simple PKI Response in DER (RFC 7030 §4.1.3).
   *
   * @throws RequestException {@link ErrorCode#TEMPORARILY_UNAVAILABLE} if the token was never
   *     reached
   */
  public byte[] caCertificates() {
    return HsmCalls.call(() -> CertsOnly.of(authorities.certificates()));
  }

  /**
   * What a request should look like, CsrAttrs in DER (RFC 7030 §4.5.2): a key on P-256, signed with
   * SHA-256. Other keys that the profiles take are taken too.
   */
  public byte[] requestAttributes() {
    return ATTRIBUTES.clone();
  }

  /**
   * Certifies a client, or answers the certificate that the same key has while it is valid (RFC
   * 7030 §4.2.1). Waits up to two seconds until the resource servers let the client in, with no
   * transaction open; one that is away does not stand in the way.
   *
   * @param client who asks
   * @param body base64 of a PKCS#10 request
   * @return the certificate alone, as a Simple PKI Response in DER
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} for what is no such request, or one
   *     that is not granted; {@link ErrorCode#REQUEST_DENIED} for a client that may not have a
   *     certificate; {@link ErrorCode#TEMPORARILY_UNAVAILABLE} if the CA cannot sign now
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public byte[] enroll(RegisteredClient client, byte[] body) {
    Enrollment enrollment = new Enrollment("certificate.enroll", client);
    return enrollment.give(enrollment.issue(enrollment.order(body), certificates::issue));
  }

  /**
   * Renews a certificate, or certifies a new key in its place (RFC 7030 §4.2.2). For the same key
   * the answer is a new certificate in the last third of the present one's life and the present one
   * before. Waits as {@link #enroll} does.
   *
   * @param holder whose certificate it is
   * @param present the certificate, which is good and by whose key the holder has proven itself
   * @param body base64 of a PKCS#10 request with the names of that certificate
   * @return the certificate alone, as a Simple PKI Response in DER
   * @throws RequestException as {@link #enroll}
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public byte[] reenroll(RegisteredClient holder, X509Certificate present, byte[] body) {
    Enrollment enrollment = new Enrollment("certificate.reenroll", holder);
    CertificateOrder order = enrollment.order(body);
    if (!order.request().keepsNamesOf(present)) {
      throw enrollment.refused(
          "NAMES", "the request's names must be those of the certificate, or be left out");
    }
    return enrollment.give(enrollment.issue(order, certificates::renew));
  }

  /** One request; each of its refusals is accounted for, with its cause. */
  private final class Enrollment {

    private final String action;
    private final RegisteredClient client;

    Enrollment(String action, RegisteredClient client) {
      this.action = action;
      this.client = client;
    }

    CertificateOrder order(byte[] body) {
      if (!client.scope().contains(SCOPE)) {
        throw account(
            "SCOPE",
            new RequestException(
                ErrorCode.REQUEST_DENIED, "certificates are for clients with the scope " + SCOPE));
      }
      return CertificateOrder.of(client, read(body));
    }

    IssuedCertificate issue(
        CertificateOrder order, Function<CertificateOrder, IssuedCertificate> ca) {
      return accounted(() -> ca.apply(order));
    }

    byte[] give(IssuedCertificate certificate) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      List<Enforcement> wanted =
          accounted(() -> handover.give(action, client, certificate, opened()));
      for (Enforcement one : wanted) {
        watch.await(one, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
      }
      return CertsOnly.of(certificate.certificatePem());
    }

    private <T> T accounted(Supplier<T> work) {
      try {
        return work.get();
      } catch (RequestException e) {
        throw account(e.code().name(), e);
      }
    }

    private Set<String> opened() {
      return servers.all().values().stream()
          .filter(this::opens)
          .map(ResourceServer::id)
          .collect(Collectors.toCollection(TreeSet::new));
    }

    private boolean opens(ResourceServer server) {
      return servers.securityProfiles(server).stream()
              .anyMatch(profile -> profile.type() == SecurityProfile.Type.X509)
          && !entitlements.of(client, server.id()).all(Set.of(), 1).isEmpty();
    }

    private CertificationRequest read(byte[] body) {
      byte[] der =
          TransferEncoding.decode(body)
              .orElseThrow(
                  () ->
                      refused(
                          "TRANSFER_ENCODING",
                          "the body must be the base64 of a PKCS#10 request in DER, without the"
                              + " lines of PEM"));
      try {
        return CertificationRequest.parse(der, client.username());
      } catch (InvalidCertificationRequestException e) {
        throw refused(e.reason().name(), String.valueOf(e.getMessage()));
      }
    }

    RequestException refused(String cause, String description) {
      return account(cause, new RequestException(ErrorCode.INVALID_REQUEST, description));
    }

    private RequestException account(String cause, RequestException refusal) {
      tally.count(AuditEvent.refused(action, client.clientId(), client.clientId(), cause));
      return refusal;
    }
  }

  private static byte[] attributes() {
    try {
      return new DERSequence(
              new ASN1Encodable[] {
                X9ObjectIdentifiers.ecdsa_with_SHA256,
                new Attribute(
                    X9ObjectIdentifiers.id_ecPublicKey, new DERSet(SECObjectIdentifiers.secp256r1))
              })
          .getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalStateException("two constants cannot be encoded", e);
    }
  }
}
