package org.heliogate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.SignedJWT;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.heliogate.it.fixture.Aat;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Concurrently;
import org.heliogate.it.fixture.DeviceClient;
import org.heliogate.it.fixture.Dpop;
import org.heliogate.it.fixture.Http;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.KnownSecrets;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Uma;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;

/** Tokens that are bound to a key of their client's (RFC 9449), with Nimbus' proofs. */
class DpopIT {

  private static final String QUESTION = "{\"resource_server\":\"mqtt\"}";
  private static final String JSON = "application/json";

  private final Instance instance = Instance.current();
  private final TestDevice device = TestDevice.loaded(instance);
  private final DeviceClient client = device.bootstrapped();
  private final Dpop dpop = new Dpop(instance);

  @Test
  void metadataWhenReadThenNamesTheAlgorithms() {
    JsonNode metadata =
        instance.http().get("/.well-known/oauth-authorization-server").expect(200).json();
    assertThat(metadata.path("dpop_signing_alg_values_supported"))
        .extracting(JsonNode::asText)
        .contains("ES256")
        .doesNotContain("none", "HS256");
  }

  @Test
  void tokenEndpointWhenThereIsNoNonceThenGivesOneAndSpendsNothing() {
    Map<String, String> form = otp();
    Reply asked =
        instance
            .http()
            .form("/oauth/token", form, "DPoP", dpop.proof("POST", "/oauth/token", null, null))
            .refused(400, "use_dpop_nonce")
            .notStored();
    String nonce = asked.header("DPoP-Nonce");
    assertThat(nonce).matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");
    Reply given =
        instance
            .http()
            .form("/oauth/token", form, "DPoP", dpop.proof("POST", "/oauth/token", null, nonce))
            .expect(200)
            .notStored();
    assertThat(given.text("token_type")).isEqualTo("DPoP");
    assertThat(given.header("DPoP-Nonce")).isNotEmpty();
  }

  @Test
  void resourceWhenThereIsNoNonceThenGivesOne() {
    String aat = aat();
    Reply asked =
        dpop.send("POST", "/csr", aat, dpop.proof("POST", "/csr", aat, null), JSON, QUESTION)
            .refused(401, "use_dpop_nonce");
    assertThat(asked.header("WWW-Authenticate"))
        .startsWith("DPoP ")
        .contains("error=\"use_dpop_nonce\"", "algs=\"ES256 ");
    String proof = dpop.proof("POST", "/csr", aat, asked.header("DPoP-Nonce"));
    Reply terms = dpop.send("POST", "/csr", aat, proof, JSON, QUESTION).expect(200);
    assertThat(terms.header("DPoP-Nonce")).isNotEmpty();
    String next = dpop.proof("POST", "/csr", aat, terms.header("DPoP-Nonce"));
    dpop.send("POST", "/csr", aat, next, JSON, QUESTION).expect(200);
  }

  @Test
  void csrWhenTheAatIsBoundThenThePinIsGiven() {
    assertThat(dpop.send("POST", "/csr", aat(), JSON, QUESTION).expect(200).text("pin"))
        .isEqualTo(device.pin());
  }

  @Test
  void proofWhenReplayedThenRefused() {
    String aat = aat();
    String proof = dpop.proof("POST", "/csr", aat);
    dpop.send("POST", "/csr", aat, proof, JSON, QUESTION).expect(200);
    Reply reply =
        dpop.send("POST", "/csr", aat, proof, JSON, QUESTION).refused(401, "invalid_dpop_proof");
    assertThat(reply.header("WWW-Authenticate"))
        .startsWith("DPoP ")
        .contains("error=\"invalid_dpop_proof\"");

    String forTokens = dpop.proof("POST", "/oauth/token", null);
    instance.http().form("/oauth/token", otp(), "DPoP", forTokens).expect(200);
    instance
        .http()
        .form("/oauth/token", otp(), "DPoP", forTokens)
        .refused(400, "invalid_dpop_proof");
  }

  @Test
  void proofWhenReplayedAtTheSameTimeThenExactlyOneSucceeds() {
    String aat = aat();
    String proof = dpop.proof("POST", "/csr", aat);
    List<Integer> statuses =
        Concurrently.run(8, () -> dpop.send("POST", "/csr", aat, proof, JSON, QUESTION)).stream()
            .map(Reply::status)
            .sorted()
            .toList();
    assertThat(statuses).containsExactly(200, 401, 401, 401, 401, 401, 401, 401);
  }

  @Test
  void proofWhenMadeForAnotherRequestThenRefused() {
    String aat = aat();
    for (String proof :
        List.of(
            dpop.proof("GET", "/csr", aat),
            dpop.proof("POST", "/uma/rpt", aat),
            dpop.proof("POST", "/csr", null),
            dpop.proof("POST", "/csr", aat + "x"))) {
      dpop.send("POST", "/csr", aat, proof, JSON, QUESTION).refused(401, "invalid_dpop_proof");
    }
    instance
        .http()
        .form("/oauth/token", otp(), "DPoP", dpop.proof("POST", "/csr", null))
        .refused(400, "invalid_dpop_proof");
    instance
        .http()
        .form("/oauth/token", otp(), "DPoP", dpop.proof("POST", "/oauth/token", aat))
        .refused(400, "invalid_dpop_proof");
  }

  @Test
  void proofWhenMissingOrRepeatedThenRefused() {
    String aat = aat();
    post("/csr", "Authorization", "DPoP " + aat).refused(401, "invalid_dpop_proof");
    post(
            "/csr",
            "Authorization",
            "DPoP " + aat,
            "DPoP",
            dpop.proof("POST", "/csr", aat),
            "DPoP",
            dpop.proof("POST", "/csr", aat))
        .refused(401, "invalid_dpop_proof");
    instance
        .http()
        .form("/oauth/token", otp(), "DPoP", "x".repeat(9_000))
        .refused(400, "invalid_dpop_proof");
  }

  @Test
  void tokenWhenProvenWithAnotherKeyThenRefused() {
    Dpop thief = new Dpop(instance);
    Reply reply = thief.send("POST", "/csr", aat(), JSON, QUESTION).refused(401, "invalid_token");
    assertThat(reply.header("WWW-Authenticate"))
        .startsWith("DPoP ")
        .contains("error=\"invalid_token\"");
  }

  @Test
  void tokenWhenBoundThenNoBearerAndNoOneTimeUse() {
    String aat = aat();
    Reply reply = post("/csr", "Authorization", "Bearer " + aat).refused(401, "invalid_token");
    assertThat(reply.headers().allValues("WWW-Authenticate"))
        .anySatisfy(challenge -> assertThat(challenge).startsWith("Bearer "))
        .anySatisfy(challenge -> assertThat(challenge).startsWith("DPoP "));
    post("/csr", "Authorization", "Bearer " + aat, "DPoP", dpop.proof("POST", "/csr", aat))
        .refused(401, "invalid_token");
    String oneTime =
        new Aat(instance.issuer(), aat)
            .authorization(1, "POST", instance.issuer() + "/csr", QUESTION.getBytes(UTF_8));
    post("/csr", "Authorization", oneTime).refused(401, "invalid_token");
  }

  @Test
  void tokenWhenNotBoundThenNoDpop() {
    String unbound = client.token().expect(200).text("access_token");
    dpop.send("POST", "/csr", unbound, JSON, QUESTION).refused(401, "invalid_token");
    dpop.send("POST", "/csr", "no-token", JSON, QUESTION).refused(401, "invalid_token");
  }

  @Test
  void umaGrantWhenTheAatIsShownAsDpopThenTheRptIsBoundToItsKey() throws Exception {
    String aat = aat();
    String ticket = dpop.send("GET", "/proxy/mqtt", aat, JSON, null).expect(401).text("ticket");
    String nonce =
        dpop.send(
                "POST",
                "/oauth/token",
                aat,
                dpop.proof("POST", "/oauth/token", aat, null),
                Http.FORM,
                form(ticket))
            .refused(400, "use_dpop_nonce")
            .header("DPoP-Nonce");
    assertThat(nonce).isNotEmpty();
    Reply given =
        Uma.patiently(ticket, next -> dpop.send("POST", "/oauth/token", aat, Http.FORM, form(next)))
            .expect(200);
    assertBound(given);
  }

  @Test
  void umaGrantWhenTheClientAuthenticatesWithAProofThenTheRptIsBound() throws Exception {
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
    String basic = Admin.basic(application.clientId(), application.secret());
    Reply bound = Uma.patiently(ticket(), next -> dpop.token(grant(next), "Authorization", basic));
    assertBound(bound.expect(200));
    Reply plain =
        Uma.patiently(
                ticket(),
                next -> instance.http().form("/oauth/token", grant(next), "Authorization", basic))
            .expect(200);
    assertThat(plain.text("token_type")).isEqualTo("Bearer");
    assertThat(claims(plain.text("access_token"))).doesNotContainKey("cnf");
  }

  @Test
  void rptEndpointWhenTheAatIsShownAsDpopThenTheRptIsBound() throws Exception {
    String aat = aat();
    Reply given =
        Uma.patiently(
                ticket(),
                next -> dpop.send("POST", "/uma/rpt", aat, JSON, "{\"ticket\":\"" + next + "\"}"))
            .expect(200);
    assertThat(claims(KnownSecrets.add("RPT", given.text("rpt"))).get("cnf"))
        .isEqualTo(Map.of("jkt", dpop.thumbprint()));
  }

  @Test
  void administrationWhenTheTokenIsBoundThenProofsAreNeeded() {
    JsonNode file = instance.json("admin.json");
    String token =
        dpop.token(
                Map.of("grant_type", "client_credentials", "scope", "admin"),
                "Authorization",
                Admin.basic(file.path("client_id").asText(), file.path("client_secret").asText()))
            .expect(200)
            .text("access_token");
    KnownSecrets.add("administrator's token", token);
    String path = Admin.API + "devices/" + device.id();
    Reply read = dpop.send("GET", path, token, JSON, null).expect(200).notStored();
    assertThat(read.text("master_id")).isEqualTo(device.id());
    instance.http().get(path, "Authorization", "Bearer " + token).problem(401);
  }

  private void assertBound(Reply given) throws Exception {
    assertThat(given.text("token_type")).isEqualTo("DPoP");
    String rpt = KnownSecrets.add("RPT", given.text("access_token"));
    Map<String, String> cnf = Map.of("jkt", dpop.thumbprint());
    assertThat(claims(rpt).get("cnf")).isEqualTo(cnf);
    for (String token : List.of(rpt, aat())) {
      JsonNode seen =
          instance
              .http()
              .form(
                  "/oauth/introspect",
                  Map.of("token", token),
                  "Authorization",
                  Admin.basic(
                      instance.json("admin.json").path("client_id").asText(),
                      instance.json("admin.json").path("client_secret").asText()))
              .expect(200)
              .json();
      assertThat(seen.path("active").asBoolean()).isTrue();
      assertThat(seen.path("token_type").asText()).isEqualTo("DPoP");
      assertThat(seen.path("cnf").path("jkt").asText()).isEqualTo(dpop.thumbprint());
    }
  }

  private static Map<String, Object> claims(String token) throws Exception {
    return SignedJWT.parse(token).getJWTClaimsSet().getClaims();
  }

  private static Map<String, String> grant(String ticket) {
    return Map.of("grant_type", Uma.GRANT_TYPE, "ticket", ticket);
  }

  private static String form(String ticket) {
    return new String(Http.encode(grant(ticket)), UTF_8);
  }

  private String ticket() {
    Reply knocked = instance.http().get("/proxy/mqtt").expect(401);
    return KnownSecrets.add("ticket", knocked.text("ticket"));
  }

  private Map<String, String> otp() {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "client_credentials");
    form.put("client_id", client.clientId());
    form.put("client_otp", device.otp(client.clientId()));
    return form;
  }

  /** A bound AAT. */
  private String aat() {
    return KnownSecrets.add("AAT", dpop.token(otp()).expect(200).text("access_token"));
  }

  private Reply post(String path, String... headers) {
    return instance.http().post(path, JSON, QUESTION.getBytes(UTF_8), headers);
  }
}
