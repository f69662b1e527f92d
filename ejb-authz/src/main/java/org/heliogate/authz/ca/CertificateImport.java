package org.heliogate.authz.ca;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.ca.jpa.CertificateEntity;
import org.heliogate.authz.platform.Digests;
import org.heliogate.authz.platform.Settings;
import org.heliogate.hsm.ca.OfflineIssuance;

/**
 * The taking-over of what the offline PKI command issued, so that it appears in the inventory and
 * can be revoked. What is known already is left as it is.
 */
@ApplicationScoped
public class CertificateImport {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Settings settings;
  private final EntityManager entityManager;
  private final CrlLedger crls;
  private final AuditTrail audit;
  private final Clock clock;

  /** An import into the given database. */
  @Inject
  public CertificateImport(
      Settings settings,
      EntityManager entityManager,
      CrlLedger crls,
      AuditTrail audit,
      Clock clock) {
    this.settings = settings;
    this.entityManager = entityManager;
    this.crls = crls;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Imports the file of the settings, if there is one; called at start, before the first CRL.
   *
   * @return how many certificates were new
   * @throws IllegalStateException if the file cannot be read
   */
  @Transactional
  public int run() {
    return settings.importFile().map(this::read).orElse(0);
  }

  private int read(Path file) {
    try {
      OfflineIssuance issuance = JSON.readValue(file.toFile(), OfflineIssuance.class);
      if (issuance.version() != OfflineIssuance.VERSION) {
        throw new IllegalStateException(file + " has a version that this server does not know");
      }
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      Instant now = clock.instant();
      int added = 0;
      for (OfflineIssuance.Issued issued : issuance.certificates()) {
        added += add(factory, issued, now) ? 1 : 0;
      }
      for (OfflineIssuance.Crl crl : issuance.crls()) {
        adopt(factory, crl);
      }
      return added;
    } catch (IOException | CertificateException | CRLException | IllegalArgumentException e) {
      throw new IllegalStateException(file + " cannot be imported", e);
    }
  }

  private boolean add(CertificateFactory factory, OfflineIssuance.Issued issued, Instant now)
      throws CertificateException {
    byte[] der = Base64.getDecoder().decode(issued.der());
    X509Certificate certificate =
        (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
    String serial = certificate.getSerialNumber().toString(16);
    boolean known =
        entityManager
                .createQuery(
                    "select count(c) from CertificateEntity c where c.serial = :serial", Long.class)
                .setParameter("serial", serial)
                .getSingleResult()
            > 0;
    if (known) {
      return false;
    }
    CertificateEntity row =
        new CertificateEntity(
            certificate.getSerialNumber(),
            issued.issuerSki(),
            issued.profile(),
            commonName(certificate),
            HexFormat.of().formatHex(Digests.sha256(certificate.getPublicKey().getEncoded())),
            certificate.getNotBefore().toInstant(),
            certificate.getNotAfter().toInstant(),
            now);
    row.setProfileVersion(issued.profileVersion());
    row.issue(der);
    entityManager.persist(row);
    audit.record(
        AuditEvent.success(
            "certificate.import",
            "system",
            serial,
            Map.of("name", issued.name(), "profile", issued.profile())));
    return true;
  }

  private void adopt(CertificateFactory factory, OfflineIssuance.Crl crl) throws CRLException {
    byte[] der = Base64.getDecoder().decode(crl.der());
    X509CRL parsed = (X509CRL) factory.generateCRL(new ByteArrayInputStream(der));
    crls.adopt(
        crl.issuerSki(),
        Long.parseLong(crl.number()),
        parsed.getThisUpdate().toInstant(),
        parsed.getNextUpdate().toInstant(),
        der);
  }

  private static String commonName(X509Certificate certificate) throws CertificateException {
    try {
      return new LdapName(certificate.getSubjectX500Principal().getName())
          .getRdns().stream()
              .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
              .map(rdn -> rdn.getValue().toString())
              .findFirst()
              .orElseThrow(() -> new CertificateException("the subject has no CN"));
    } catch (InvalidNameException e) {
      throw new CertificateException("the subject cannot be read", e);
    }
  }
}
