package org.heliogate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.heliogate.it.fixture.Aat;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.Concurrently;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Uma;
import org.junit.jupiter.api.Test;

/** One-time passwords made from an AAT (D3.4.2 §4, last paragraph). */
class AatOtpIT {

  private static final byte[] BODY = "{\"resource_server\":\"mqtt\"}".getBytes(UTF_8);
  private final Instance instance = Instance.current();
  private final Aat aat = TestDevice.loaded(instance).bootstrapped().aat();

  @Test
  void macWhenMadeOfTheContractsVectorThenIsTheContracts() {
    assertThat(Aat.mac("aat-1", 1, "POST", "https://localhost:8443/csr", BODY))
        .isEqualTo("UMW9SU9SVyLlg01nG4miL14M5KE58Ltlns0nO9JKoqU");
  }

  @Test
  void aatOtpWhenReplayedThenRefused() {
    String header = header(1);
    csr(header, BODY).expect(200);
    csr(header, BODY).refused(401, "invalid_token");
    csr(header(2), BODY).expect(200);
  }

  @Test
  void aatOtpWhenReplayedAtTheSameTimeThenExactlyOneSucceeds() {
    String header = header(1);
    List<Integer> statuses =
        Concurrently.run(8, () -> csr(header, BODY)).stream().map(Reply::status).sorted().toList();
    assertThat(statuses).containsExactly(200, 401, 401, 401, 401, 401, 401, 401);
  }

  @Test
  void aatOtpWhenCounterFallsThenRefused() {
    csr(header(5), BODY).expect(200);
    csr(header(4), BODY).refused(401, "invalid_token");
  }

  @Test
  void aatOtpWhenMadeForAnotherUriThenRefused() {
    csr(aat.authorization(1, "POST", instance.issuer() + "/oauth/token", BODY), BODY)
        .refused(401, "invalid_token");
    csr(aat.authorization(1, "POST", "https://elsewhere.example/csr", BODY), BODY)
        .refused(401, "invalid_token");
    csr(aat.authorization(1, "GET", instance.issuer() + "/csr", BODY), BODY)
        .refused(401, "invalid_token");
  }

  @Test
  void aatOtpWhenTheBodyWasChangedThenRefused() {
    csr(header(1), "{\"resource_server\": \"mqtt\"}".getBytes(UTF_8)).refused(401, "invalid_token");
    csr(header(1), BODY).expect(200);
  }

  @Test
  void aatOtpWhenMalformedThenRefused() {
    String mac = Aat.mac(aat.value(), 1, "POST", instance.issuer() + "/csr", BODY);
    for (String header :
        List.of(
            "AAT-OTP",
            "AAT-OTP id=\"" + aat.handle() + "\"",
            "AAT-OTP id=\"%s\", ctr=\"01\", mac=\"%s\"".formatted(aat.handle(), mac),
            "AAT-OTP id=\"%s\", ctr=\"0\", mac=\"%s\"".formatted(aat.handle(), mac),
            "AAT-OTP id=\"%s\", ctr=\"-1\", mac=\"%s\"".formatted(aat.handle(), mac),
            "AAT-OTP id=\"x%s\", ctr=\"1\", mac=\"%s\"".formatted(aat.handle(), mac))) {
      Reply reply = csr(header, BODY);
      assertThat(reply.status()).as("%s for %s", reply, header).isIn(400, 401);
    }
    csr(header(1), BODY).expect(200);
  }

  @Test
  void aatOtpWhenTheBodyIsAManifestThenRefused() {
    String path = "/admin/api/v1/devices";
    for (byte[] covered : List.of(BODY, new byte[0])) {
      instance
          .http()
          .post(
              path,
              Admin.NDJSON,
              BODY,
              "Authorization",
              aat.authorization(1, "POST", instance.issuer() + path, covered))
          .problem(401);
    }
    csr(header(1), BODY).expect(200);
  }

  @Test
  void bearerWhenTheAatIsForOneTimeUseThenRefused() {
    csr("Bearer " + aat.value(), BODY).refused(401, "invalid_token").notStored();
    csr(header(1), BODY).expect(200);
    assertThat(new Uma(instance, (m, p, b) -> "Bearer " + aat.value()).knock(Map.of()).body())
        .doesNotContain("ticket");
  }

  @Test
  void csrEndpointWhenThereIsNoTokenThenRefused() {
    instance.http().post("/csr", "application/json", BODY).refused(401, "invalid_token");
  }

  @Test
  void csrEndpointWhenBodyIsWrongThenInvalidRequest() {
    Uma uma = new Uma(instance, aat);
    for (String body :
        List.of(
            "{}",
            "{\"resource_server\":\"no-such\"}",
            "{\"resource_server\":\"mqtt\",\"more\":1}",
            "{\"resource_server\":\"mqtt\",\"resource_server\":\"mqtt\"}",
            "{",
            "")) {
      byte[] bytes = body.getBytes(UTF_8);
      instance
          .http()
          .post(
              "/csr",
              "application/json",
              bytes,
              "Authorization",
              uma.party().authorization("POST", "/csr", bytes))
          .refused(400, "invalid_request");
    }
  }

  @Test
  void pinWhenAskedForTooOftenThenTooManyRequests() {
    Uma uma = new Uma(instance, aat);
    for (int i = 0; i < 5; i++) {
      assertThat(uma.terms().expect(200).text("pin")).isNotEmpty();
    }
    Reply reply = uma.terms();
    assertThat(reply.body()).doesNotContain("pin\":");
    assertThat(reply.status()).as("%s", reply).isEqualTo(429);
    assertThat(reply.header("Retry-After")).matches("[0-9]+");
  }

  private String header(long n) {
    return aat.authorization(n, "POST", instance.issuer() + "/csr", BODY);
  }

  private Reply csr(String authorization, byte[] body) {
    return instance.http().post("/csr", "application/json", body, "Authorization", authorization);
  }
}
