package org.heliogate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.util.X509CertUtils;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.heliogate.it.fixture.Aat;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.DeviceClient;
import org.heliogate.it.fixture.Dpop;
import org.heliogate.it.fixture.Http;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Issued;
import org.heliogate.it.fixture.KnownSecrets;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Uma;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;

/** Tokens that are bound to the certificate by which they were obtained (RFC 8705 §3). */
class MtlsBoundIT {

  private static final byte[] QUESTION = "{\"resource_server\":\"mqtt\"}".getBytes(UTF_8);
  private static final String JSON = "application/json";

  private final Instance instance = Instance.current();
  private final Application application = certified();
  private final Issued issued = application.uma().certificate();
  private final Http own = connection(issued);

  @Test
  void metadataWhenReadThenSaysSo() {
    JsonNode metadata =
        instance.http().get("/.well-known/oauth-authorization-server").expect(200).json();
    assertThat(metadata.path("tls_client_certificate_bound_access_tokens").asBoolean()).isTrue();
  }

  @Test
  void tokenWhenShownWithItsCertificateThenGoodOtherwiseNot() {
    String aat = aat(own, application.clientId());
    csr(own, "Bearer " + aat).expect(200);
    Reply refused = csr(instance.http(), "Bearer " + aat).refused(401, "invalid_token");
    assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer ");
    Application other = certified();
    csr(connection(other.uma().certificate()), "Bearer " + aat).refused(401, "invalid_token");
    csr(own, "DPoP " + aat).refused(401, "invalid_token");

    JsonNode seen = introspect(aat);
    assertThat(seen.path("token_type").asText()).isEqualTo("Bearer");
    assertThat(seen.path("cnf").path("x5t#S256").asText()).isEqualTo(thumbprint());
  }

  @Test
  void oneTimePasswordWhenTheAatIsBoundThenNeedsTheCertificateToo() {
    Aat aat = new Aat(instance.issuer(), aat(own, application.clientId()));
    csr(instance.http(), aat.authorization("POST", "/csr", QUESTION)).refused(401, "invalid_token");
    csr(own, aat.authorization("POST", "/csr", QUESTION)).expect(200);
  }

  @Test
  void rptWhenAskedForWithTheCertificateThenBoundToIt() throws Exception {
    String aat = aat(own, application.clientId());
    Reply byToken =
        Uma.patiently(
                ticket(),
                next -> own.form("/oauth/token", grant(next), "Authorization", "Bearer " + aat))
            .expect(200);
    Reply byClient =
        Uma.patiently(
                ticket(),
                next -> {
                  Map<String, String> form = new java.util.HashMap<>(grant(next));
                  form.put("client_id", application.clientId());
                  return own.form("/oauth/token", form);
                })
            .expect(200);
    for (Reply reply : new Reply[] {byToken, byClient}) {
      assertThat(reply.text("token_type")).isEqualTo("Bearer");
      String rpt = KnownSecrets.add("RPT", reply.text("access_token"));
      assertThat(SignedJWT.parse(rpt).getJWTClaimsSet().getJSONObjectClaim("cnf"))
          .isEqualTo(Map.of("x5t#S256", thumbprint()));
    }
  }

  @Test
  void tokenWhenThereIsAProofTooThenBoundToItsKey() {
    Dpop dpop = new Dpop(instance);
    Reply reply =
        own.form(
                "/oauth/token",
                Map.of("grant_type", "client_credentials", "client_id", application.clientId()),
                "DPoP",
                dpop.proof("POST", "/oauth/token", null))
            .expect(200);
    assertThat(reply.text("token_type")).isEqualTo("DPoP");
    String aat = KnownSecrets.add("AAT", reply.text("access_token"));
    dpop.send("POST", "/csr", aat, JSON, new String(QUESTION, UTF_8)).expect(200);
    csr(own, "Bearer " + aat).refused(401, "invalid_token");
  }

  @Test
  void tokenWhenTheCertificateIsRevokedThenRefused() {
    String aat = aat(own, application.clientId());
    csr(own, "Bearer " + aat).expect(200);
    instance
        .admin()
        .post(
            "certificates/" + issued.certificate().getSerialNumber().toString(16) + "/revoke",
            "{\"reason\":\"key_compromise\"}");
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> csr(own, "Bearer " + aat).status() == 401);
  }

  @Test
  void pinWhenTheAatIsBoundToTheCertificateThenGiven() {
    String workflow = Names.unique("mtls");
    instance
        .admin()
        .putWorkflow(
            workflow,
            Workflows.publishing(workflow, "it/${device.id}/mtls", "client_otp, tls_client_auth")
                .replace("return-pin: false", "return-pin: true"));
    TestDevice device = TestDevice.loaded(instance, Map.of(), workflow);
    DeviceClient client = device.bootstrapped();
    Http connection = connection(client.uma().certificate());
    String aat = aat(connection, client.clientId());
    assertThat(csr(connection, "Bearer " + aat).expect(200).text("pin")).isEqualTo(device.pin());
  }

  private String thumbprint() {
    return X509CertUtils.computeSHA256Thumbprint(issued.certificate()).toString();
  }

  private Application certified() {
    Reply made =
        instance
            .admin()
            .post(
                "clients",
                """
                {"name":"%s","roles":["%s"],"authentication":["client_secret_basic","tls_client_auth"]}"""
                    .formatted(Names.unique("app"), Workflows.SUBSCRIBER))
            .expect(201);
    return new Application(
        instance,
        made.text("client_id"),
        made.text("username"),
        KnownSecrets.add("application's secret", made.text("client_secret")));
  }

  private Http connection(Issued certificate) {
    return new Http(
        instance.issuer(),
        instance.sslContext(certificate.key().getPrivate(), certificate.fullChain()));
  }

  private static String aat(Http connection, String clientId) {
    Reply reply =
        connection
            .form("/oauth/token", Map.of("grant_type", "client_credentials", "client_id", clientId))
            .expect(200);
    assertThat(reply.text("token_type")).isEqualTo("Bearer");
    return KnownSecrets.add("AAT", reply.text("access_token"));
  }

  private static Reply csr(Http connection, String authorization) {
    return connection.post("/csr", JSON, QUESTION, "Authorization", authorization);
  }

  private JsonNode introspect(String token) {
    JsonNode admin = instance.json("admin.json");
    return instance
        .http()
        .form(
            "/oauth/introspect",
            Map.of("token", token),
            "Authorization",
            Admin.basic(admin.path("client_id").asText(), admin.path("client_secret").asText()))
        .expect(200)
        .json();
  }

  private static Map<String, String> grant(String ticket) {
    return Map.of("grant_type", Uma.GRANT_TYPE, "ticket", ticket);
  }

  private String ticket() {
    return KnownSecrets.add(
        "ticket", instance.http().get("/proxy/mqtt").expect(401).text("ticket"));
  }
}
