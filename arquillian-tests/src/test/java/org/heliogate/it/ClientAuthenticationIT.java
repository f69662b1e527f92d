package org.heliogate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Concurrently;
import org.heliogate.it.fixture.DeviceClient;
import org.heliogate.it.fixture.Http;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Issued;
import org.heliogate.it.fixture.KnownSecrets;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.Signer;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;

/**
 * The methods by which clients prove who they are without a secret, and what all have in common.
 */
class ClientAuthenticationIT {

  private final Instance instance = Instance.current();
  private final Signer signer = Signer.fresh("one");

  @Test
  void assertionWhenSignedByTheRegisteredKeyThenATokenIsGivenOnce() {
    String client = signing(signer).text("client_id");
    for (String audience : List.of(instance.issuer(), instance.issuer() + "/oauth/token")) {
      String assertion = signer.sign(Signer.claims(client, audience).build());
      assertThat(token(assertion).expect(200).notStored().text("scope"))
          .isEqualTo("uma_authorization");
      token(assertion).refused(401, "invalid_client");
    }
    List<String> both = List.of(instance.issuer(), instance.issuer() + "/oauth/token");
    token(signer.sign(Signer.claims(client, instance.issuer()).audience(both).build())).expect(200);
    Map<String, String> named = Signer.form(assertion(client));
    named.put("client_id", client);
    post(named).expect(200);
    named = Signer.form(assertion(client));
    named.put("client_id", "another");
    post(named).refused(400, "invalid_request");
  }

  @Test
  void assertionWhenShownAtTheSameTimeThenExactlyOneSucceeds() {
    String assertion = assertion(signing(signer).text("client_id"));
    List<Integer> statuses =
        Concurrently.run(8, () -> token(assertion)).stream().map(Reply::status).sorted().toList();
    assertThat(statuses).containsExactly(200, 401, 401, 401, 401, 401, 401, 401);
  }

  @Test
  void assertionWhenAClaimIsWrongThenRefused() {
    String client = signing(signer).text("client_id");
    String here = instance.issuer();
    Date passed = Date.from(Instant.now().minus(Duration.ofMinutes(3)));
    Date late = Date.from(Instant.now().plus(Duration.ofMinutes(10)));
    for (JWTClaimsSet.Builder wrong :
        List.of(
            Signer.claims(client, here + "/oauth/introspect"),
            Signer.claims(client, "https://elsewhere.example"),
            Signer.claims(client, here).audience(List.of(here, "https://elsewhere.example")),
            Signer.claims(client, here).issueTime(null).expirationTime(passed),
            Signer.claims(client, here).expirationTime(late),
            Signer.claims(client, here).expirationTime(null),
            Signer.claims(client, here).jwtID(null),
            Signer.claims(client, here).issuer("another"))) {
      token(signer.sign(wrong.build())).refused(401, "invalid_client");
    }
    token(assertion(client)).expect(200);
  }

  @Test
  void assertionWhenNotSignedByTheClientsKeyThenRefused() throws Exception {
    String client = signing(signer).text("client_id");
    JWTClaimsSet claims = Signer.claims(client, instance.issuer()).build();
    token(Signer.fresh("one").sign(claims)).refused(401, "invalid_client");
    token(new PlainJWT(claims).serialize()).refused(401, "invalid_client");
    SignedJWT maced = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
    maced.sign(new MACSigner(signer.jwk().getBytes(UTF_8)));
    token(maced.serialize()).refused(401, "invalid_client");
    String other = signing(Signer.fresh("one")).text("client_id");
    token(signer.sign(Signer.claims(other, instance.issuer()).build()))
        .refused(401, "invalid_client");
    // Whatever was refused has not used up the identifier.
    token(signer.sign(claims)).expect(200);
  }

  @Test
  void assertionWhenKeysAreRotatedThenOldAndNewWorkUntilTheOldIsTakenAway() {
    Reply made = signing(signer);
    String client = made.text("client_id");
    Signer next = Signer.fresh("two");
    Reply both = put(client, made, signing(signer.jwk() + "," + next.jwk())).expect(200);
    assertThat(both.json().path("jwks").path("keys")).hasSize(2);
    token(assertion(client)).expect(200);
    token(next.sign(Signer.claims(client, instance.issuer()).build())).expect(200);

    put(client, made, signing(next.jwk())).problem(412);
    put(client, both, signing(next.jwk())).expect(200);
    token(assertion(client)).refused(401, "invalid_client");
    token(next.sign(Signer.claims(client, instance.issuer()).build())).expect(200);
  }

  @Test
  void assertionWhenAtOtherEndpointsThenAuthenticatesThereToo() {
    Reply operator =
        register(
            """
            {"name":"%s","authentication":["private_key_jwt"],"jwks":{"keys":[%s]},"scope":"admin:read"}"""
                .formatted(Names.unique("app"), signer.jwk()));
    String client = operator.text("client_id");
    String token =
        KnownSecrets.add(
            "operator's token", token(assertion(client)).expect(200).text("access_token"));
    Map<String, String> form = Signer.form(assertion(client));
    form.remove("grant_type");
    form.put("token", token);
    assertThat(
            instance
                .http()
                .form("/oauth/introspect", form)
                .expect(200)
                .json()
                .path("active")
                .asBoolean())
        .isTrue();
    form.put("client_assertion", assertion(client));
    instance.http().form("/oauth/revoke", form).expect(200);
    form.put("client_assertion", assertion(client));
    assertThat(
            instance
                .http()
                .form("/oauth/introspect", form)
                .expect(200)
                .json()
                .path("active")
                .asBoolean())
        .isFalse();
  }

  @Test
  void certificateWhenItIsTheClientsThenATokenIsGiven() {
    Application application = certified("\"client_secret_basic\",\"tls_client_auth\"");
    Http own = mutualTls(application.uma().certificate());
    certificateToken(own, application.clientId()).expect(200).notStored();
    Application other = certified("\"client_secret_basic\",\"tls_client_auth\"");
    certificateToken(own, other.clientId()).refused(401, "invalid_client");
    certificateToken(own, Names.unique("nobody")).refused(401, "invalid_client");
    certificateToken(instance.http(), application.clientId()).refused(401, "invalid_client");
  }

  @Test
  void certificateWhenTheMethodIsNotRegisteredThenRefusedAndSecretsStillWork() {
    Application application = certified("\"client_secret_basic\"");
    Http own = mutualTls(application.uma().certificate());
    certificateToken(own, application.clientId()).refused(401, "invalid_client");
    own.form(
            "/oauth/token",
            Map.of("grant_type", "client_credentials"),
            "Authorization",
            Admin.basic(application.clientId(), application.secret()))
        .expect(200);
  }

  @Test
  void certificateWhenRevokedThenRefusedWithinASecond() {
    Application application = certified("\"client_secret_basic\",\"tls_client_auth\"");
    Issued issued = application.uma().certificate();
    Http own = mutualTls(issued);
    certificateToken(own, application.clientId()).expect(200);
    instance
        .admin()
        .post(
            "certificates/" + issued.certificate().getSerialNumber().toString(16) + "/revoke",
            "{\"reason\":\"key_compromise\"}");
    long start = System.nanoTime();
    boolean refused = false;
    while (!refused) {
      long began = System.nanoTime() - start;
      Reply reply = certificateToken(own, application.clientId());
      refused = reply.status() == 401;
      assertThat(refused || began <= Duration.ofSeconds(1).toNanos())
          .as("accepted %d ms after the revocation: %s", began / 1_000_000, reply)
          .isTrue();
    }
  }

  @Test
  void certificateWhenAnotherSubjectIsRegisteredThenThatOneCounts() {
    Application application = certified("\"client_secret_basic\",\"tls_client_auth\"");
    Http own = mutualTls(application.uma().certificate());
    Application other = certified("\"client_secret_basic\",\"tls_client_auth\"");
    Reply before = instance.admin().get("clients/" + other.clientId()).expect(200);
    assertThat(before.text("tls_client_auth_subject_dn")).isEqualTo("CN=" + other.username());
    put(
            other.clientId(),
            before,
            """
            {"name":"%s","roles":["%s"],"authentication":["tls_client_auth"],\
            "tls_client_auth_subject_dn":"CN=%s"}"""
                .formatted(Names.unique("app"), Workflows.SUBSCRIBER, application.username()))
        .expect(200);
    certificateToken(own, other.clientId()).expect(200);
    other.token("uma_authorization").refused(401, "invalid_client");
  }

  @Test
  void deviceWhenItsWorkflowSaysSoThenMasterKeyAndCertificateAuthenticate() {
    String workflow = Names.unique("keyed");
    instance
        .admin()
        .putWorkflow(
            workflow,
            Workflows.publishing(
                workflow, "it/${device.id}/keyed", "private_key_jwt, tls_client_auth"));
    TestDevice device = TestDevice.loaded(instance, Map.of(), workflow);
    DeviceClient client = device.bootstrapped();
    JWTClaimsSet claims = Signer.claims(client.clientId(), instance.issuer()).build();
    Reply reply = token(TestDevice.sign(claims, device.masterKey())).expect(200);
    String aat = KnownSecrets.add("AAT", reply.text("access_token"));
    Issued issued =
        new org.heliogate.it.fixture.Uma(instance, (method, path, body) -> "Bearer " + aat)
            .certificate();
    certificateToken(mutualTls(issued), client.clientId()).expect(200);
    token(TestDevice.sign(claims, device.masterKey())).refused(401, "invalid_client");
    token(TestDevice.sign(device.claims().audience(instance.issuer()).build(), device.masterKey()))
        .refused(401, "invalid_client");
  }

  @Test
  void clientWhenUnknownOrWrongThenTheSameAnswerAndAboutTheSameTime() {
    String signing = signing(signer).text("client_id");
    Application secret =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_post");
    Application ended =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_post");
    instance.admin().send("DELETE", "clients/" + ended.clientId(), Admin.JSON, null).expect(204);
    Signer foreign = Signer.fresh("one");
    String expected = post(secretForm(secret.clientId(), "wrong")).body();
    List<Map<String, String>> wrong =
        List.of(
            secretForm(Names.unique("nobody"), "wrong"),
            secretForm(ended.clientId(), ended.secret()),
            secretForm(signing, "wrong"),
            Signer.form(foreign.sign(Signer.claims(signing, instance.issuer()).build())),
            Signer.form(foreign.sign(Signer.claims("nobody", instance.issuer()).build())),
            Signer.form(signer.sign(Signer.claims(secret.clientId(), instance.issuer()).build())),
            otpForm(signing),
            otpForm(Names.unique("nobody")));
    for (Map<String, String> form : wrong) {
      Reply reply = post(form).refused(401, "invalid_client").notStored();
      assertThat(reply.body()).isEqualTo(expected);
    }
    report("client_secret_post", secretForm(secret.clientId(), "wrong"), wrong.get(0));
    report("private_key_jwt", wrong.get(3), wrong.get(4));
  }

  @Test
  void clientWhenReadThenShowsKeysAndSubjectAndNoSecret() {
    Reply made = signing(signer);
    assertThat(made.text("client_secret")).isEmpty();
    Reply read = instance.admin().get("clients/" + made.text("client_id")).expect(200);
    assertThat(read.json().path("jwks").path("keys").path(0).path("kid").asText()).isEqualTo("one");
    assertThat(read.body()).doesNotContain("secret").doesNotContain("\"d\"");
    instance
        .admin()
        .post("clients/" + made.text("client_id") + "/rotate-secret", null)
        .problem(409);
  }

  @Test
  void clientWhenADevicesThenOnlyItsWorkflowChangesIt() {
    TestDevice device = TestDevice.loaded(instance);
    DeviceClient client = device.bootstrapped();
    instance
        .admin()
        .send("PUT", "clients/" + client.clientId(), Admin.JSON, "{\"name\":\"x\"}")
        .problem(409);
    instance.admin().send("PUT", "clients/nobody", Admin.JSON, "{\"name\":\"x\"}").problem(404);
  }

  @Test
  void clientWhenASecretIsNeededAgainThenTheAnswerHasIt() {
    Reply made = signing(signer);
    Reply changed = put(made.text("client_id"), made, "{\"name\":\"x\"}").expect(200).notStored();
    String secret = KnownSecrets.add("application's secret", changed.text("client_secret"));
    post(secretForm(made.text("client_id"), secret)).refused(401, "invalid_client");
    instance
        .http()
        .form(
            "/oauth/token",
            Map.of("grant_type", "client_credentials"),
            "Authorization",
            Admin.basic(made.text("client_id"), secret))
        .expect(200);
    token(assertion(made.text("client_id"))).refused(401, "invalid_client");
  }

  @Test
  void metadataWhenReadThenNamesMethodsAndAlgorithms() {
    var metadata = instance.http().get("/.well-known/oauth-authorization-server").json();
    for (String endpoint : List.of("token", "introspection", "revocation")) {
      assertThat(metadata.path(endpoint + "_endpoint_auth_methods_supported"))
          .extracting(one -> one.asText())
          .containsExactlyInAnyOrder(
              "client_secret_basic",
              "client_secret_post",
              "private_key_jwt",
              "tls_client_auth",
              "client_otp");
      assertThat(metadata.path(endpoint + "_endpoint_auth_signing_alg_values_supported"))
          .extracting(one -> one.asText())
          .containsExactlyInAnyOrder("ES256", "ES384", "RS256", "PS256", "EdDSA");
    }
  }

  private static Map<String, String> secretForm(String clientId, String secret) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "client_credentials");
    form.put("client_id", clientId);
    form.put("client_secret", secret);
    return form;
  }

  private static Map<String, String> otpForm(String clientId) {
    return Map.of(
        "grant_type", "client_credentials", "client_id", clientId, "client_otp", "1.AAAA");
  }

  /** Prints the medians of a known and an unknown client's refusal, in turns. */
  private void report(String method, Map<String, String> known, Map<String, String> unknown) {
    int rounds = 9;
    long[][] times = new long[2][rounds];
    for (int i = 0; i < rounds; i++) {
      for (int j = 0; j < 2; j++) {
        long start = System.nanoTime();
        post(j == 0 ? known : unknown).refused(401, "invalid_client");
        times[j][i] = System.nanoTime() - start;
      }
    }
    java.util.Arrays.sort(times[0]);
    java.util.Arrays.sort(times[1]);
    System.out.printf(
        "REPORT refused %s, median of %d: known client %d us, unknown client %d us%n",
        method, rounds, times[0][rounds / 2] / 1000, times[1][rounds / 2] / 1000);
  }

  private Reply signing(Signer key) {
    return register(signing(key.jwk()));
  }

  private static String signing(String jwks) {
    return """
    {"name":"%s","roles":["%s"],"authentication":["private_key_jwt"],"jwks":{"keys":[%s]}}"""
        .formatted(Names.unique("app"), Workflows.SUBSCRIBER, jwks);
  }

  private Application certified(String methods) {
    Reply made =
        register(
            """
            {"name":"%s","roles":["%s"],"authentication":[%s]}"""
                .formatted(Names.unique("app"), Workflows.SUBSCRIBER, methods));
    return new Application(
        instance,
        made.text("client_id"),
        made.text("username"),
        KnownSecrets.add("application's secret", made.text("client_secret")));
  }

  private Reply register(String json) {
    return instance.admin().post("clients", json).expect(201).notStored();
  }

  private Reply put(String clientId, Reply seen, String json) {
    return instance
        .admin()
        .send("PUT", "clients/" + clientId, Admin.JSON, json, "If-Match", seen.header("ETag"));
  }

  private String assertion(String clientId) {
    return signer.sign(Signer.claims(clientId, instance.issuer()).build());
  }

  private Reply token(String assertion) {
    return post(Signer.form(assertion));
  }

  private Reply post(Map<String, String> form) {
    return instance.http().form("/oauth/token", form);
  }

  private Http mutualTls(Issued issued) {
    return new Http(
        instance.issuer(), instance.sslContext(issued.key().getPrivate(), issued.fullChain()));
  }

  private static Reply certificateToken(Http http, String clientId) {
    return http.form(
        "/oauth/token", Map.of("grant_type", "client_credentials", "client_id", clientId));
  }
}
