package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.est.CSRAttributesResponse;
import org.bouncycastle.est.ESTAuth;
import org.bouncycastle.est.ESTException;
import org.bouncycastle.est.ESTService;
import org.bouncycastle.est.EnrollmentResponse;
import org.bouncycastle.est.jcajce.JcaHttpAuthBuilder;
import org.bouncycastle.est.jcajce.JsseESTServiceBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.util.Store;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Csr;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;

/** Bouncy Castle's EST client, as it is. */
class BouncyCastleEstInteropIT {

  private final Instance instance = Instance.current();
  private final Application application =
      instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");

  @Test
  void clientWhenItAsksForTheAuthoritiesThenThoseOfTheInstance() throws Exception {
    assertThat(certificates(service(null, null).getCACerts().getCertificateStore()))
        .containsExactlyInAnyOrderElementsOf(instance.authorities());
  }

  @Test
  void clientWhenItAsksForAttributesThenReadsThem() throws Exception {
    CSRAttributesResponse attributes =
        service(null, null).getCSRAttributes().getAttributesResponse();
    assertThat(attributes.getRequirements())
        .containsExactlyInAnyOrder(
            X9ObjectIdentifiers.ecdsa_with_SHA256, X9ObjectIdentifiers.id_ecPublicKey);
    assertThat(attributes.hasRequirement(SECObjectIdentifiers.secp256r1)).isFalse();
  }

  @Test
  void clientWhenItEnrolsAndRenewsThenGetsCertificates() throws Exception {
    KeyPair key = Csr.key("secp256r1");
    X509Certificate first = enrolled(service(null, null), false, key, secret(application.secret()));
    assertThat(first.getSubjectX500Principal().getName()).isEqualTo("CN=" + application.username());
    first.verify(issuer().getPublicKey());

    ESTService own = service(key, first);
    assertThat(enrolled(own, true, key, null)).isEqualTo(first);
    KeyPair next = Csr.key("secp256r1");
    X509Certificate second = enrolled(own, true, next, null);
    assertThat(second).isNotEqualTo(first);
    assertThat(second.getPublicKey().getEncoded()).isEqualTo(next.getPublic().getEncoded());
    assertThat(enrolled(service(next, second), true, next, null)).isEqualTo(second);
  }

  @Test
  void clientWhenItsSecretIsWrongThenSaysSo() {
    assertThatThrownBy(
            () -> enrolled(service(null, null), false, Csr.key("secp256r1"), secret("wrong")))
        .isInstanceOfSatisfying(
            ESTException.class, e -> assertThat(e.getStatusCode()).isEqualTo(401));
  }

  private X509Certificate enrolled(ESTService service, boolean renewal, KeyPair key, ESTAuth auth)
      throws Exception {
    PKCS10CertificationRequest request =
        new PKCS10CertificationRequest(
            java.util.Base64.getDecoder().decode(Csr.of(application.username(), key)));
    EnrollmentResponse response = service.simpleEnroll(renewal, request, auth);
    assertThat(response.isCompleted()).isTrue();
    List<X509Certificate> all = certificates(response.getStore());
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private ESTAuth secret(String secret) throws Exception {
    return new JcaHttpAuthBuilder("heliogate", application.clientId(), secret.toCharArray())
        .build();
  }

  private ESTService service(KeyPair key, X509Certificate certificate) throws Exception {
    URI issuer = URI.create(instance.issuer());
    KeyStore authorities = KeyStore.getInstance("PKCS12");
    authorities.load(null, null);
    authorities.setCertificateEntry("root", instance.rootAuthority());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(authorities);
    JsseESTServiceBuilder builder =
        new JsseESTServiceBuilder(
            issuer.getHost(),
            issuer.getPort(),
            Arrays.stream(trust.getTrustManagers())
                .map(X509TrustManager.class::cast)
                .toArray(X509TrustManager[]::new));
    if (key != null) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      keys.setKeyEntry(
          "client", key.getPrivate(), new char[0], new X509Certificate[] {certificate});
      KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
      managers.init(keys, new char[0]);
      builder.withKeyManagers(managers.getKeyManagers());
    }
    return builder.withTimeout(60_000).build();
  }

  private X509Certificate issuer() {
    return instance.authorities().stream()
        .filter(authority -> !authority.equals(instance.rootAuthority()))
        .findFirst()
        .orElseThrow();
  }

  private static List<X509Certificate> certificates(Store<X509CertificateHolder> store)
      throws Exception {
    List<X509Certificate> all = new java.util.ArrayList<>();
    for (X509CertificateHolder holder : store.getMatches(null)) {
      all.add(
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(holder.getEncoded())));
    }
    return all;
  }
}
