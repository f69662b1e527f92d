package org.heliogate.bench.onboarding;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import org.heliogate.bench.instance.WrongAnswerException;

/** Whether a device's certificate is its own and leads to the instance's root (RFC 5280 §6). */
final class CertificateCheck {

  private final Set<TrustAnchor> roots;
  private final CertStore issuers;

  /**
   * Prepares the check.
   *
   * @param authorities the instance's root and issuing certificates
   */
  CertificateCheck(List<X509Certificate> authorities) {
    this.roots =
        authorities.stream()
            .filter(ca -> ca.getSubjectX500Principal().equals(ca.getIssuerX500Principal()))
            .map(ca -> new TrustAnchor(ca, null))
            .collect(Collectors.toSet());
    try {
      this.issuers =
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(authorities));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java lacks collections of certificates", e);
    }
  }

  /**
   * Checks a certificate; revocation is not looked at.
   *
   * @throws WrongAnswerException when it is not what was asked for
   */
  void check(X509Certificate certificate, String username, PublicKey key) {
    X500Principal expected = new X500Principal("CN=" + username);
    if (!certificate.getSubjectX500Principal().equals(expected)) {
      throw new WrongAnswerException(
          "the certificate is for " + certificate.getSubjectX500Principal() + ", not " + expected);
    }
    if (!certificate.getPublicKey().equals(key)) {
      throw new WrongAnswerException("the certificate of " + username + " is for another key");
    }
    X509CertSelector own = new X509CertSelector();
    own.setCertificate(certificate);
    try {
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(roots, own);
      parameters.addCertStore(issuers);
      parameters.addCertStore(
          CertStore.getInstance(
              "Collection", new CollectionCertStoreParameters(List.of(certificate))));
      parameters.setRevocationEnabled(false);
      CertPathBuilder.getInstance("PKIX").build(parameters);
    } catch (GeneralSecurityException e) {
      throw new WrongAnswerException(
          "the certificate of " + username + " does not lead to the root: " + e.getMessage());
    }
  }
}
