package org.heliogate.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.heliogate.it.fixture.AlbumServer;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.Shell;
import org.heliogate.it.fixture.Uma;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The keys that sign tokens: their rotation, and the end of all of them at once. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SigningKeyIT {

  private static final String ROTATE = "signing-keys/rotate";
  private static final int JWKS_MAX_AGE_SECONDS = 300;

  private final Instance instance = Instance.current();
  private final AlbumServer server = AlbumServer.on(instance);
  private final Application application =
      instance.admin().createApplication(server.role(), "client_secret_basic");
  private final Uma uma = application.uma();

  @Test
  @Order(1)
  void keysWhenListedThenOneIsActiveAndPublished() throws Exception {
    List<JsonNode> active = inState("active");
    assertThat(active).hasSize(1);
    assertThat(published()).contains(active.get(0).path("kid").asText());
    assertThat(active.get(0).path("holder").asText()).isEqualTo("key_store");
    String rpt = server.rpt(uma);
    assertThat(kid(rpt)).isEqualTo(active.get(0).path("kid").asText());
    assertVerifies(rpt);
  }

  @Test
  @Order(2)
  void rotateWhenAskedThenTheNextIsPublishedBeforeItSigns() throws Exception {
    String rpt = server.rpt(uma);
    Reply first = instance.admin().post(ROTATE, null).expect(200);
    String next = first.text("kid");
    assertThat(first.text("state")).isEqualTo("next");
    assertThat(Instant.parse(first.text("activates_at")))
        .isAfter(Instant.parse(first.text("created_at")).plusSeconds(JWKS_MAX_AGE_SECONDS));
    assertThat(published()).containsSubsequence(kid(rpt), next);
    assertThat(instance.admin().post(ROTATE, null).expect(200).text("kid")).isEqualTo(next);
    assertThat(kid(server.rpt(uma))).isEqualTo(kid(rpt));
    assertThat(server.active(rpt)).isTrue();
    assertVerifies(rpt);
    assertOnTheToken(next);
    assertThat(instance.admin().auditOf(next)).isNotEmpty();
  }

  @Test
  @Order(3)
  void rotateWhenEmergencyThenEveryEarlierTokenIsRefusedAtOnce() throws Exception {
    String rpt = server.rpt(uma);
    String old = kid(rpt);
    assertVerifies(rpt);
    assertThat(server.active(rpt)).isTrue();
    instance.http().get("/uma/resource_set", "Authorization", "Bearer " + server.pat()).expect(200);

    String repeatable = Names.unique("key");
    long start = System.nanoTime();
    Reply made =
        instance
            .admin()
            .post(ROTATE + "?emergency=true", null, "Idempotency-Key", repeatable)
            .expect(200);
    long answered = System.nanoTime();
    assertThat(server.active(rpt)).isFalse();
    System.out.printf(
        "emergency rotation: answered after %d ms, token refused %d ms after the answer%n",
        Duration.ofNanos(answered - start).toMillis(),
        Duration.ofNanos(System.nanoTime() - answered).toMillis());
    instance
        .http()
        .get("/uma/resource_set", "Authorization", "Bearer " + server.pat())
        .refused(401, "invalid_token");
    assertThat(made.text("state")).isEqualTo("active");
    assertThat(published()).containsExactly(made.text("kid"));
    assertThat(inState("active")).hasSize(1);
    assertThat(inState("revoked"))
        .anySatisfy(key -> assertThat(key.path("kid").asText()).isEqualTo(old));

    Reply again =
        instance
            .admin()
            .post(ROTATE + "?emergency=true", null, "Idempotency-Key", repeatable)
            .expect(200);
    assertThat(again.json()).isEqualTo(made.json());
    assertThat(published()).containsExactly(made.text("kid"));
    instance.admin().post(ROTATE, null, "Idempotency-Key", repeatable).problem(422);

    AlbumServer fresh = AlbumServer.on(instance);
    Application reader = instance.admin().createApplication(fresh.role(), "client_secret_basic");
    String after = fresh.rpt(reader.uma());
    assertThat(kid(after)).isEqualTo(made.text("kid"));
    assertThat(fresh.active(after)).isTrue();
    assertVerifies(after);
    assertRefusedByNimbus(rpt);
    assertOnTheToken(made.text("kid"));
    assertThat(ownPairs()).as("pairs of revoked keys are destroyed").hasSize(1);
  }

  @Test
  @Order(4)
  void rotateWhenNotAllowedOrMalformedThenRefusedAndNothingChanges() throws Exception {
    List<String> before = published();
    instance.admin().post(ROTATE + "?emergency=yes", null).problem(400);
    instance.admin().post(ROTATE + "?emergency=true&emergency=true", null).problem(400);
    String aat = application.token("uma_authorization").expect(200).text("access_token");
    instance
        .http()
        .form("/admin/api/v1/" + ROTATE, Map.of(), "Authorization", "Bearer " + aat)
        .expect(403);
    instance.http().get("/admin/api/v1/signing-keys").expect(401);
    assertThat(published()).isEqualTo(before);
  }

  private List<JsonNode> inState(String state) {
    return instance.admin().list("signing-keys").stream()
        .filter(key -> key.path("state").asText().equals(state))
        .toList();
  }

  private JWKSet keys() throws Exception {
    Reply reply = instance.http().get("/oauth/jwks").expect(200);
    assertThat(reply.header("Cache-Control")).contains("max-age=" + JWKS_MAX_AGE_SECONDS);
    return JWKSet.parse(reply.body());
  }

  private List<String> published() throws Exception {
    JWKSet keys = keys();
    assertThat(keys.getKeys()).noneMatch(JWK::isPrivate);
    return keys.getKeys().stream().map(JWK::getKeyID).toList();
  }

  private static String kid(String token) throws Exception {
    return SignedJWT.parse(token).getHeader().getKeyID();
  }

  /** As any resource server would that knows nothing of this product. */
  private void assertVerifies(String token) throws Exception {
    assertThat(processor().process(token, null).getIssuer()).isEqualTo(instance.issuer());
  }

  private void assertRefusedByNimbus(String token) throws Exception {
    DefaultJWTProcessor<SecurityContext> processor = processor();
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> processor.process(token, null))
        .isInstanceOf(BadJOSEException.class);
  }

  private DefaultJWTProcessor<SecurityContext> processor() throws Exception {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(JWSAlgorithm.ES256, new ImmutableJWKSet<>(keys())));
    return processor;
  }

  /** The newest pair is the one just made: an independent program finds it sensitive. */
  private void assertOnTheToken(String kid) {
    List<String> pairs = ownPairs();
    assertThat(pairs).as("pair of %s", kid).isNotEmpty();
    assertThat(pairs)
        .allSatisfy(
            pair ->
                assertThat(pair)
                    .contains("sensitive", "always sensitive", "never extractable", "local"));
  }

  private List<String> ownPairs() {
    String output =
        Shell.run(
                Map.of(
                    "SOFTHSM2_CONF",
                    instance.home().resolve("hsm/softhsm2.conf").toString(),
                    "HELIOGATE_TEST_PIN",
                    instance.read("secrets/hsm.pin").strip()),
                List.of(
                    "pkcs11-tool",
                    "--module",
                    "/usr/lib/softhsm/libsofthsm2.so",
                    "--token-label",
                    "heliogate",
                    "--login",
                    "--pin",
                    "env:HELIOGATE_TEST_PIN",
                    "--list-objects",
                    "--type",
                    "privkey"))
            .succeeded()
            .output();
    String own = HexFormat.of().formatHex("rpt-".getBytes(US_ASCII));
    return List.of(output.split("(?=Private Key Object)")).stream()
        .filter(object -> object.matches("(?s).*ID:\\s+" + own + ".*"))
        .toList();
  }
}
