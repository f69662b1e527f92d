package org.heliogate.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.awaitility.Awaitility;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Csr;
import org.heliogate.it.fixture.DeviceClient;
import org.heliogate.it.fixture.Dpop;
import org.heliogate.it.fixture.Est;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Issued;
import org.heliogate.it.fixture.KnownSecrets;
import org.heliogate.it.fixture.MqttProbe;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Enrolment over Secure Transport (RFC 7030, RFC 8951) as it is on the wire. */
class EstIT {

  private static final String BASIC = "Basic realm=\"heliogate\"";
  private static final String BEARER = "Bearer realm=\"heliogate\"";

  private final Instance instance = Instance.current();
  private final Est est = Est.of(instance);
  private final KeyPair key = Csr.key("secp256r1");

  @Test
  void metadataWhenReadThenNamesTheEndpoint() {
    for (String document : List.of("oauth-authorization-server", "uma2-configuration")) {
      assertThat(instance.http().get("/.well-known/" + document).expect(200).text("est_endpoint"))
          .isEqualTo(instance.issuer() + Est.PATH);
    }
  }

  @Test
  void caCertificatesWhenReadThenThoseOfTheInstance() {
    Reply reply = est.get("/cacerts").expect(200);
    assertThat(Est.certificates(reply)).containsExactlyInAnyOrderElementsOf(instance.authorities());
    assertThat(reply.header("Content-Type")).isEqualTo("application/pkcs7-mime");
  }

  @Test
  void attributesWhenReadThenSayWhatTheKeyShouldBe() throws Exception {
    Reply reply = est.get("/csrattrs").expect(200);
    assertThat(reply.header("Content-Type")).isEqualTo("application/csrattrs");
    assertThat(reply.header("Content-Transfer-Encoding")).isEqualTo("base64");
    assertThat(ASN1Primitive.fromByteArray(Base64.getMimeDecoder().decode(reply.bytes())))
        .isEqualTo(
            new DERSequence(
                new org.bouncycastle.asn1.ASN1Encodable[] {
                  X9ObjectIdentifiers.ecdsa_with_SHA256,
                  new Attribute(
                      X9ObjectIdentifiers.id_ecPublicKey,
                      new DERSet(SECObjectIdentifiers.secp256r1))
                }));
  }

  @Test
  void enrollmentWhenTheSecretIsRightThenACertificateThatOpensTheBroker() {
    Application application = application();
    Reply reply = est.post("/simpleenroll", basic(application), csr(application));
    X509Certificate certificate = Est.certificate(reply);

    assertThat(certificate.getSubjectX500Principal().getName())
        .isEqualTo("CN=" + application.username());
    assertThat(certificate.getPublicKey().getEncoded()).isEqualTo(key.getPublic().getEncoded());
    String serial = certificate.getSerialNumber().toString(16);
    assertThat(inventory(application.clientId()))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.path("serial").asText()).isEqualTo(serial);
              assertThat(row.path("status").asText()).isEqualTo("issued");
              assertThat(row.path("profile").asText()).isEqualTo("application-client");
            });
    assertThat(instance.admin().list("audit-events?subject=" + serial))
        .extracting(row -> row.path("action").asText())
        .containsExactlyInAnyOrder("certificate.issue", "certificate.enroll");
    try (MqttProbe broker =
        MqttProbe.byCertificate(instance, key.getPrivate(), chain(certificate))) {
      assertThat(broker.subscribe("it/+/measurements")).isLessThan(128);
      assertThat(broker.subscribe("#")).isGreaterThanOrEqualTo(128);
    }
  }

  @Test
  void enrollmentWhenRepeatedThenTheSameCertificateWithWhateverLineBreaks() {
    Application application = application();
    String csr = csr(application);
    X509Certificate first = Est.certificate(est.post("/simpleenroll", basic(application), csr));
    String lines =
        Base64.getMimeEncoder(64, new byte[] {'\r', '\n'})
            .encodeToString(Base64.getDecoder().decode(csr));
    for (String body : List.of(csr(application), lines, lines + "\r\n", " " + csr + "\t\n")) {
      assertThat(Est.certificate(est.post("/simpleenroll", basic(application), body)))
          .isEqualTo(first);
    }
    assertThat(inventory(application.clientId())).hasSize(1);
  }

  @Test
  void enrollmentOfADeviceWhenByAatThenItsCertificateHoweverTheAatIsShown() {
    DeviceClient client = TestDevice.loaded(instance).bootstrapped();
    String username = client.uma().username();
    String csr = Csr.of(username, key);
    X509Certificate certificate = Est.certificate(est.enroll(client.aat(), csr));
    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=" + username);
    assertThat(inventory(client.clientId()))
        .singleElement()
        .satisfies(row -> assertThat(row.path("profile").asText()).isEqualTo("device-client"));
    try (MqttProbe broker =
        MqttProbe.byCertificate(instance, key.getPrivate(), chain(certificate))) {
      assertThat(broker.publish(Workflows.topic(client.device().id()), "x")).isLessThan(128);
    }

    Application application = application();
    String aat =
        KnownSecrets.add(
            "AAT", application.token("uma_authorization").expect(200).text("access_token"));
    Est.certificate(est.post("/simpleenroll", "Bearer " + aat, csr(application)));
    Dpop dpop = new Dpop(instance);
    String bound =
        KnownSecrets.add(
            "AAT",
            dpop.token(
                    java.util.Map.of("grant_type", "client_credentials"),
                    "Authorization",
                    basic(application))
                .expect(200)
                .text("access_token"));
    Est.certificate(
        dpop.send("POST", Est.PATH + "/simpleenroll", bound, Est.REQUEST, csr(application)));
  }

  @Test
  void requestWhenNobodyIsProvenThenBasicComesFirst() {
    Application post =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_post");
    for (String operation : List.of("/simpleenroll", "/simplereenroll")) {
      Reply reply = est.post(operation, "", csr(post)).expect(401);
      assertThat(reply.headers().allValues("WWW-Authenticate")).startsWith(BASIC, BEARER);
      assertThat(reply.body()).isEmpty();
    }
    for (String authorization :
        List.of(
            basic(post),
            Admin.basic("nobody", "x"),
            "Basic !!!",
            "Digest username=\"x\"",
            "Negotiate x")) {
      Reply reply = est.post("/simpleenroll", authorization, csr(post)).problem(401);
      assertThat(reply.headers().allValues("WWW-Authenticate")).startsWith(BASIC, BEARER);
    }
    Reply reply = est.post("/simpleenroll", "Bearer x.y", csr(post)).problem(401);
    assertThat(reply.headers().allValues("WWW-Authenticate"))
        .startsWith(BASIC, BEARER + ", error=\"invalid_token\"");
    assertThat(inventory(post.clientId())).isEmpty();
  }

  @Test
  void requestWhenTheScopeIsAnothersThenDenied() {
    JsonNode admin = instance.json("admin.json");
    String authorization =
        Admin.basic(admin.path("client_id").asText(), admin.path("client_secret").asText());
    est.post("/simpleenroll", authorization, Csr.of("hg-" + "a".repeat(26), key)).problem(403);
    est.post(
            "/simpleenroll",
            "Bearer " + instance.admin().token(),
            Csr.of("hg-" + "a".repeat(26), key))
        .problem(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/fullcmc", "/serverkeygen", "/label/simpleenroll", "/x", "/"})
  void operationWhenThereIsNoneThenNotFound(String operation) {
    Application application = application();
    Reply reply = est.post(operation, basic(application), csr(application)).problem(404);
    assertThat(reply.status()).isEqualTo(404);
  }

  @Test
  void requestWhenHttpIsWrongThenTheStatusThatSaysSo() {
    Application application = application();
    est.get("/simpleenroll").problem(405);
    est.post("/cacerts", basic(application), "").problem(405);
    est.get("/label/cacerts").problem(404);
    byte[] csr = csr(application).getBytes(US_ASCII);
    est.post("/simpleenroll", "application/json", basic(application), csr).problem(415);
    est.post("/simpleenroll", Est.REQUEST, basic(application), new byte[65_537]).problem(413);
    assertThat(inventory(application.clientId())).isEmpty();
  }

  @Test
  void renewalWhenLongBeforeTheEndThenTheSameAndForAnotherKeyAnother() {
    Application application = application();
    X509Certificate first = enrolled(application);
    Est own = Est.with(instance, key, first);
    assertThat(Est.certificate(own.post("/simplereenroll", "", csr(application)))).isEqualTo(first);

    KeyPair next = Csr.key("secp384r1");
    Reply reply = own.post("/simplereenroll", "", Csr.of(application.username(), next));
    X509Certificate second = Est.certificate(reply);
    assertThat(second.getPublicKey().getEncoded()).isEqualTo(next.getPublic().getEncoded());
    assertThat(names(second)).isEqualTo(names(first));
    assertThat(
            instance.admin().list("audit-events?subject=" + second.getSerialNumber().toString(16)))
        .extracting(row -> row.path("action").asText())
        .contains("certificate.reenroll");
    try (MqttProbe old = MqttProbe.byCertificate(instance, key.getPrivate(), chain(first));
        MqttProbe renewed = MqttProbe.byCertificate(instance, next.getPrivate(), chain(second))) {
      assertThat(old.isConnected()).isTrue();
      assertThat(renewed.isConnected()).isTrue();
    }
    // With the new one the old one can be replaced, and each can renew itself.
    Est.certificate(
        Est.with(instance, next, second)
            .post("/simplereenroll", basic(application), Csr.of(application.username(), next)));
  }

  @Test
  void renewalWhenNamesAreAskedForThenOnlyThoseOfTheCertificate() throws Exception {
    Application application = application();
    X509Certificate first = enrolled(application);
    Est own = Est.with(instance, key, first);
    KeyPair next = Csr.key("secp256r1");
    GeneralNames names = names(first);
    String same = Csr.asking(application.username(), next, extensions(names));
    Est.certificate(own.post("/simplereenroll", "", same));

    GeneralNames more =
        new GeneralNames(
            new GeneralName[] {
              names.getNames()[0],
              names.getNames()[1],
              new GeneralName(GeneralName.dNSName, "broker.example")
            });
    String other = Csr.asking(application.username(), key, extensions(more));
    assertThat(own.post("/simplereenroll", "", other).problem(400).text("detail"))
        .contains("names");
    own.post("/simplereenroll", "", Csr.of("hg-" + "a".repeat(26), key)).problem(400);
    own.post("/simplereenroll", "", "%%%").problem(400);
    assertThat(inventory(application.clientId())).hasSize(2);
    audited("certificate.reenroll", application.clientId(), "NAMES");
    audited("certificate.reenroll", application.clientId(), "SUBJECT");
    audited("certificate.reenroll", application.clientId(), "TRANSFER_ENCODING");
  }

  @Test
  void renewalWhenTheCertificateIsMissingOrAnothersThenDenied() {
    Application application = application();
    X509Certificate first = enrolled(application);
    Application other = application();
    est.post("/simplereenroll", basic(application), csr(application)).problem(403);
    Est own = Est.with(instance, key, first);
    own.post("/simplereenroll", basic(other), csr(other)).problem(403);
    own.post("/simplereenroll", Admin.basic(application.clientId(), "wrong"), csr(application))
        .problem(401);
    own.post("/simplereenroll", "", csr(other)).problem(400);
    // A certificate alone does not enrol.
    own.post("/simpleenroll", "", csr(application)).expect(401);
    assertThat(inventory(other.clientId())).isEmpty();
  }

  @Test
  void renewalWhenTheCertificateIsRevokedThenRefusedWithinASecondOrSo() {
    Application application = application();
    X509Certificate first = enrolled(application);
    Est own = Est.with(instance, key, first);
    Est.certificate(own.post("/simplereenroll", "", csr(application)));
    instance
        .admin()
        .post("certificates/" + first.getSerialNumber().toString(16) + "/revoke", "{}")
        .expect(200);
    Awaitility.await("the refusal")
        .atMost(Duration.ofSeconds(30))
        .until(() -> own.post("/simplereenroll", "", csr(application)).status() == 401);
    assertThat(inventory(application.clientId())).hasSize(1);
  }

  @Test
  void renewalWhenTheCertificateIsOnHoldThenRefusedUntilItIsReleased() {
    Application application = application();
    X509Certificate first = enrolled(application);
    Est own = Est.with(instance, key, first);
    String serial = first.getSerialNumber().toString(16);
    instance.admin().post("certificates/" + serial + "/hold", null).expect(200);
    Awaitility.await("the refusal")
        .atMost(Duration.ofSeconds(30))
        .until(() -> own.post("/simplereenroll", "", csr(application)).status() == 401);
    // Nor does the same key get another one meanwhile; another key does.
    est.post("/simpleenroll", basic(application), csr(application)).problem(403);
    KeyPair other = Csr.key("secp256r1");
    X509Certificate second =
        Est.certificate(
            est.post("/simpleenroll", basic(application), Csr.of(application.username(), other)));
    try (MqttProbe broker = MqttProbe.byCertificate(instance, other.getPrivate(), chain(second))) {
      assertThat(broker.subscribe("it/+/measurements")).isLessThan(128);
    }
    instance.admin().post("certificates/" + serial + "/release", null).expect(200);
    Awaitility.await("the renewal")
        .atMost(Duration.ofSeconds(30))
        .until(() -> own.post("/simplereenroll", "", csr(application)).status() == 200);
  }

  @Test
  void enrollmentWhenTheDeviceIsSuspendedThenRefused() {
    TestDevice device = TestDevice.loaded(instance);
    DeviceClient client = device.bootstrapped();
    String username = client.uma().username();
    org.heliogate.it.fixture.Aat aat = client.aat();
    X509Certificate first = Est.certificate(est.enroll(aat, Csr.of(username, key)));
    Est own = Est.with(instance, key, first);
    instance.admin().act(device.id(), "suspend");
    KeyPair next = Csr.key("secp256r1");
    Awaitility.await("the refusal")
        .atMost(Duration.ofSeconds(30))
        .until(() -> own.post("/simplereenroll", "", Csr.of(username, next)).status() == 401);
    est.enroll(aat, Csr.of(username, next)).problem(401);
    assertThat(inventory(client.clientId())).hasSize(1);
  }

  private Application application() {
    return instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
  }

  private X509Certificate enrolled(Application application) {
    return Est.certificate(est.post("/simpleenroll", basic(application), csr(application)));
  }

  private String csr(Application application) {
    return Csr.of(application.username(), key);
  }

  private static String basic(Application application) {
    return Admin.basic(application.clientId(), application.secret());
  }

  private List<JsonNode> inventory(String clientId) {
    return instance.admin().list("certificates?client_id=" + clientId);
  }

  private void audited(String action, String clientId, String cause) {
    Awaitility.await("the audit row of " + cause)
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                instance
                    .admin()
                    .list("audit-events?action=" + action + "&subject=" + clientId)
                    .stream()
                    .anyMatch(
                        row ->
                            row.path("outcome").asText().equals("refused")
                                && row.path("details").toString().contains(cause)));
  }

  private List<X509Certificate> chain(X509Certificate certificate) {
    return Issued.chain(List.of(certificate), instance.read("ca.pem"));
  }

  private static Extensions extensions(GeneralNames names) throws Exception {
    return new Extensions(
        new Extension(Extension.subjectAlternativeName, false, names.getEncoded()));
  }

  private static GeneralNames names(X509Certificate certificate) {
    try {
      return GeneralNames.fromExtensions(
          new JcaX509CertificateHolder(certificate).getExtensions(),
          Extension.subjectAlternativeName);
    } catch (java.security.cert.CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }
}
