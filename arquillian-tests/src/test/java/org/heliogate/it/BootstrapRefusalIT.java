package org.heliogate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.security.MessageDigest;
import java.security.interfaces.ECPrivateKey;
import java.time.Clock;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.heliogate.it.fixture.Concurrently;
import org.heliogate.it.fixture.Csr;
import org.heliogate.it.fixture.Http;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.TestDevice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the bootstrap endpoint refuses, and that nobody learns why. */
class BootstrapRefusalIT {

  private final Instance instance = Instance.current();

  @Test
  void bootstrapWhenDeviceIsUnknownThenRefused() {
    refused(TestDevice.unknown(instance).bootstrap());
  }

  @Test
  void bootstrapWhenKeyIsForeignThenRefused() {
    TestDevice device = TestDevice.loaded(instance);
    refused(device.bootstrap(TestDevice.sign(device.claims().build(), Csr.key("secp256r1"))));
    device.bootstrap().expect(200);
  }

  @Test
  void bootstrapWhenUnsignedThenRefused() {
    TestDevice device = TestDevice.loaded(instance);
    refused(device.bootstrap(new PlainJWT(device.claims().build()).serialize()));
  }

  @Test
  void bootstrapWhenSignedByHmacThenRefused() throws Exception {
    TestDevice device = TestDevice.loaded(instance);
    SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), device.claims().build());
    jwt.sign(
        new MACSigner(
            MessageDigest.getInstance("SHA-256")
                .digest(device.masterKey().getPublic().getEncoded())));
    refused(device.bootstrap(jwt.serialize()));
    SignedJWT withPublicKey =
        new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), device.claims().build());
    withPublicKey.sign(new MACSigner(device.masterKey().getPublic().getEncoded()));
    refused(device.bootstrap(withPublicKey.serialize()));
  }

  @Test
  void bootstrapWhenHeaderBringsItsOwnKeyThenRefused() throws Exception {
    TestDevice device = TestDevice.loaded(instance);
    var other = Csr.key("secp256r1");
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .jwk(
                    new com.nimbusds.jose.jwk.ECKey.Builder(
                            com.nimbusds.jose.jwk.Curve.P_256,
                            (java.security.interfaces.ECPublicKey) other.getPublic())
                        .build())
                .build(),
            device.claims().build());
    jwt.sign(new ECDSASigner((ECPrivateKey) other.getPrivate()));
    refused(device.bootstrap(jwt.serialize()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://elsewhere.example/bootstrap", "", "heliogate"})
  void bootstrapWhenAudienceIsWrongThenRefused(String audience) {
    TestDevice device = TestDevice.loaded(instance);
    refused(send(device, device.claims().audience(audience)));
  }

  @Test
  void bootstrapWhenAudienceIsTheTokenEndpointThenRefused() {
    TestDevice device = TestDevice.loaded(instance);
    refused(send(device, device.claims().audience(instance.issuer() + "/oauth/token")));
  }

  @Test
  void bootstrapWhenThereAreTwoAudiencesThenRefused() {
    TestDevice device = TestDevice.loaded(instance);
    refused(
        send(
            device,
            device
                .claims()
                .audience(List.of(instance.issuer() + "/bootstrap", "https://other.example"))));
    refused(
        send(
            device,
            device
                .claims()
                .audience(List.of(instance.issuer(), instance.issuer() + "/bootstrap"))));
  }

  @Test
  void bootstrapWhenAudienceIsTheIssuerInAnArrayThenAccepted() {
    TestDevice device = TestDevice.loaded(instance);
    send(device, device.claims().audience(List.of(instance.issuer()))).expect(200);
  }

  @Test
  void bootstrapWhenThereIsNoAudienceThenRefused() {
    TestDevice device = TestDevice.loaded(instance);
    refused(send(device, device.claims().audience((String) null)));
  }

  @Test
  void bootstrapWhenIssuerIsAnotherThenRefused() {
    TestDevice device = TestDevice.loaded(instance);
    refused(send(device, device.claims().issuer(TestDevice.loaded(instance).id())));
  }

  @Test
  void bootstrapWhenExpiredThenRefused() {
    TestDevice device = TestDevice.loaded(instance);
    refused(send(device, times(device, -500, -120)));
  }

  @Test
  void bootstrapWhenLifeIsOverFiveMinutesThenRefused() {
    TestDevice device = TestDevice.loaded(instance);
    refused(send(device, times(device, 0, 301)));
    send(device, times(device, 0, 300)).expect(200);
  }

  @Test
  void bootstrapWhenIssuedInTheFutureThenRefused() {
    TestDevice device = TestDevice.loaded(instance);
    refused(send(device, times(device, 120, 300)));
  }

  @Test
  void bootstrapWhenClockIsWithinTheSkewThenAccepted() {
    TestDevice fast = TestDevice.loaded(instance);
    send(fast, times(fast, 40, 300)).expect(200);
    TestDevice slow = TestDevice.loaded(instance);
    send(slow, times(slow, -300, -20)).expect(200);
  }

  @Test
  void bootstrapWhenClockIsFarOffThenTheAnswersDateMendsIt() {
    TestDevice device = TestDevice.loaded(instance);
    Reply refused = refused(send(device, times(device, -86_400, -86_160)));
    Instant server =
        ZonedDateTime.parse(refused.header("Date"), DateTimeFormatter.RFC_1123_DATE_TIME)
            .toInstant();
    send(
            device,
            device
                .claims()
                .issueTime(Date.from(server))
                .expirationTime(Date.from(server.plusSeconds(240))))
        .expect(200);
  }

  @Test
  void bootstrapWhenATimeIsMissingThenRefused() {
    TestDevice device = TestDevice.loaded(instance);
    refused(send(device, device.claims().issueTime(null)));
    refused(send(device, device.claims().expirationTime(null)));
  }

  @Test
  void bootstrapWhenThereIsNoJtiThenRefused() {
    TestDevice device = TestDevice.loaded(instance);
    refused(send(device, device.claims().jwtID(null)));
    refused(send(device, device.claims().jwtID("")));
  }

  @Test
  void bootstrapWhenReplayedThenRefused() {
    TestDevice device = TestDevice.loaded(instance);
    String assertion = device.assertion();
    device.bootstrap(assertion).expect(200);
    refused(device.bootstrap(assertion));
  }

  @Test
  void bootstrapWhenReplayedAtTheSameTimeThenExactlyOneSucceeds() {
    TestDevice device = TestDevice.loaded(instance);
    String assertion = device.assertion();
    List<Integer> statuses =
        Concurrently.run(8, () -> device.bootstrap(assertion)).stream()
            .map(Reply::status)
            .sorted()
            .toList();
    assertThat(statuses).containsExactly(200, 401, 401, 401, 401, 401, 401, 401);
    assertThat(instance.admin().clientsOf(device.id())).hasSize(1);
  }

  @Test
  void bootstrapWhenJtiWasSentWithABadSignatureThenItIsNotSpent() {
    TestDevice device = TestDevice.loaded(instance);
    JWTClaimsSet claims = device.claims().build();
    refused(device.bootstrap(TestDevice.sign(claims, Csr.key("secp256r1"))));
    device.bootstrap(device.assertion(claims)).expect(200);
  }

  @Test
  void bootstrapWhenRefusedThenEveryBodyIsTheSame() {
    TestDevice device = TestDevice.loaded(instance);
    String spent = device.assertion();
    device.bootstrap(spent).expect(200);
    Set<String> bodies =
        List.of(
                TestDevice.unknown(instance).bootstrap(),
                device.bootstrap(TestDevice.sign(device.claims().build(), Csr.key("secp256r1"))),
                device.bootstrap(new PlainJWT(device.claims().build()).serialize()),
                send(device, device.claims().audience("elsewhere")),
                send(device, times(device, -500, -120)),
                send(device, device.claims().jwtID(null)),
                device.bootstrap(spent),
                device.bootstrap("no.jwt.atall"),
                device.bootstrap("x"))
            .stream()
            .map(reply -> refused(reply).body() + reply.headers().map().keySet())
            .collect(Collectors.toSet());
    assertThat(bodies).hasSize(1);
  }

  @Test
  void bootstrapWhenAssertionTypeIsWrongThenInvalidRequest() {
    TestDevice device = TestDevice.loaded(instance);
    Map<String, String> form = new LinkedHashMap<>();
    form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer");
    form.put("client_assertion", device.assertion());
    instance.http().form("/bootstrap", form).refused(400, "invalid_request");
    form.remove("client_assertion_type");
    instance.http().form("/bootstrap", form).refused(400, "invalid_request");
  }

  @Test
  void bootstrapWhenAParameterIsRepeatedThenInvalidRequest() {
    TestDevice device = TestDevice.loaded(instance);
    String body =
        new String(Http.encode(Map.of("client_assertion_type", TestDevice.ASSERTION_TYPE)), UTF_8);
    String assertion = "client_assertion=" + device.assertion();
    instance
        .http()
        .post("/bootstrap", Http.FORM, (body + "&" + assertion + "&" + assertion).getBytes(UTF_8))
        .refused(400, "invalid_request");
    device.bootstrap().expect(200);
  }

  @Test
  void bootstrapWhenMediaTypeIsWrongThenRefused() {
    TestDevice device = TestDevice.loaded(instance);
    Reply reply =
        instance
            .http()
            .post(
                "/bootstrap",
                "application/json",
                "{\"client_assertion\":\"%s\"}".formatted(device.assertion()).getBytes(UTF_8));
    assertThat(reply.status()).as("%s", reply).isEqualTo(415);
    assertThat(reply.text("error")).isNotEmpty();
  }

  @Test
  void bootstrapWhenBodyIsTooLargeThenRefused() {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("client_assertion_type", TestDevice.ASSERTION_TYPE);
    form.put("client_assertion", Names.random(65 * 1024));
    Reply reply = instance.http().form("/bootstrap", form);
    assertThat(reply.status()).as("%s", reply).isEqualTo(413);
    assertThat(reply.text("error")).isNotEmpty();
  }

  @Test
  void bootstrapWhenAskedByGetThenMethodNotAllowed() {
    assertThat(instance.http().get("/bootstrap").status()).isEqualTo(405);
  }

  private static Reply refused(Reply reply) {
    return reply.refused(401, "invalid_client").notStored();
  }

  private static Reply send(TestDevice device, JWTClaimsSet.Builder claims) {
    return device.bootstrap(device.assertion(claims.build()));
  }

  private static JWTClaimsSet.Builder times(TestDevice device, int issued, int expires) {
    Instant now = Clock.systemUTC().instant();
    return device
        .claims()
        .issueTime(Date.from(now.plusSeconds(issued)))
        .expirationTime(Date.from(now.plusSeconds(expires)));
  }
}
