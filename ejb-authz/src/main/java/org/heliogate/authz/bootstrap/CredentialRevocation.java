package org.heliogate.authz.bootstrap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.heliogate.authz.ca.CertificateService;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.projection.Projections;
import org.heliogate.hsm.ca.RevocationReason;

/** The end of all that clients hold: tokens, certificates, passwords and live sessions. */
@ApplicationScoped
public class CredentialRevocation {

  private final CertificateService certificates;
  private final Projections projections;
  private final ChangeNotices notices;

  /** A revocation that reaches certificates and resource servers. */
  @Inject
  public CredentialRevocation(
      CertificateService certificates, Projections projections, ChangeNotices notices) {
    this.certificates = certificates;
    this.projections = projections;
    this.notices = notices;
  }

  /**
   * Ends what these clients hold, within the caller's transaction. They stay registered.
   *
   * @param clients locked
   * @param reason what the CRL says
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void revoke(Collection<ClientEntity> clients, RevocationReason reason, Instant now) {
    List<String> clientIds = clients.stream().map(ClientEntity::clientId).toList();
    for (ClientEntity client : clients) {
      client.voidTokens(now);
      notices.publish(ChangeNotice.Kind.CLIENT, client.clientId());
    }
    certificates.revokeAllOf(clientIds, reason);
    projections.dropCredentials(clientIds);
  }
}
