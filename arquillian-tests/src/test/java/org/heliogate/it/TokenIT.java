package org.heliogate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Concurrently;
import org.heliogate.it.fixture.DeviceClient;
import org.heliogate.it.fixture.Http;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The token endpoint's client authentication and its client credentials grant. */
class TokenIT {

  private final Instance instance = Instance.current();
  private final TestDevice device = TestDevice.loaded(instance);
  private final DeviceClient client = device.bootstrapped();

  @Test
  void otpWhenFreshThenAnAatIsGiven() {
    Reply reply = client.token().expect(200).notStored();
    assertThat(reply.text("access_token")).matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
    assertThat(reply.text("token_type")).isEqualToIgnoringCase("Bearer");
    assertThat(reply.json().path("expires_in").asLong()).isPositive();
    assertThat(reply.text("scope")).isEqualTo("uma_authorization");
  }

  @Test
  void otpWhenReplayedThenRefused() {
    String otp = device.otp(client.clientId());
    client.token(otp).expect(200);
    client.token(otp).refused(401, "invalid_client").notStored();
  }

  @Test
  void otpWhenReplayedAtTheSameTimeThenExactlyOneSucceeds() {
    String otp = device.otp(client.clientId());
    List<Integer> statuses =
        Concurrently.run(8, () -> client.token(otp)).stream().map(Reply::status).sorted().toList();
    assertThat(statuses).containsExactly(200, 401, 401, 401, 401, 401, 401, 401);
  }

  @Test
  void otpWhenCounterIsLowerThanTheLastThenRefused() {
    client.token(device.otp(client.clientId(), 7)).expect(200);
    client.token(device.otp(client.clientId(), 6)).refused(401, "invalid_client");
    client.token(device.otp(client.clientId(), 8)).expect(200);
  }

  @Test
  void otpWhenCounterIsTooFarAheadThenRefusedAndNotSpent() {
    client.token(device.otp(client.clientId(), 1)).expect(200);
    client.token(device.otp(client.clientId(), 1_002)).refused(401, "invalid_client");
    client.token(device.otp(client.clientId(), 1_001)).expect(200);
  }

  @Test
  void otpWhenSpentOnARefusedRequestThenStaysSpent() {
    String otp = device.otp(client.clientId());
    client
        .token(Map.of("client_id", client.clientId(), "client_otp", otp, "scope", "no-such"))
        .refused(400, "invalid_scope");
    client.token(otp).refused(401, "invalid_client");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"01", "+1", "1.0", "0", "-1", " 1", "1e0", "0x1", "", "18446744073709551617"})
  void otpWhenCounterIsNotCanonicalThenRefused(String counter) {
    String mac = device.mac(client.clientId(), 1);
    Reply reply = client.token(counter + "." + mac);
    assertThat(reply.status()).as("%s", reply).isIn(400, 401);
    client.token(device.otp(client.clientId(), 1)).expect(200);
  }

  @Test
  void otpWhenMacIsWrongThenRefusedAndNotSpent() {
    String right = device.otp(client.clientId(), 3);
    client.token(right.substring(0, right.length() - 1)).refused(401, "invalid_client");
    client.token(right + "=").refused(401, "invalid_client");
    client.token(device.otp("another-client", 3)).refused(401, "invalid_client");
    client.token(right).expect(200);
  }

  @Test
  void otpWhenItIsAnotherDevicesThenRefused() {
    TestDevice other = TestDevice.loaded(instance);
    other.bootstrapped();
    client.token(other.otp(client.clientId())).refused(401, "invalid_client");
  }

  @Test
  void methodWhenNotRegisteredForTheClientThenRefused() {
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
    Map<String, String> post = new LinkedHashMap<>();
    post.put("grant_type", "client_credentials");
    post.put("client_id", application.clientId());
    post.put("client_secret", application.secret());
    instance.http().form("/oauth/token", post).refused(401, "invalid_client");
    application.token("uma_authorization").expect(200);

    client
        .token(Map.of(), "Authorization", Admin.basic(client.clientId(), "whatever"))
        .refused(401, "invalid_client");
  }

  @Test
  void secretPostWhenRegisteredThenWorks() {
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_post");
    Map<String, String> post = new LinkedHashMap<>();
    post.put("grant_type", "client_credentials");
    post.put("client_id", application.clientId());
    post.put("client_secret", application.secret());
    instance.http().form("/oauth/token", post).expect(200).notStored();
    post.put("client_secret", application.secret() + "x");
    instance.http().form("/oauth/token", post).refused(401, "invalid_client");
  }

  @Test
  void clientWhenUnknownThenRefusedLikeAWrongSecret() {
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
    Reply unknown = basic(Names.unique("nobody"), "secret");
    Reply wrong = basic(application.clientId(), "secret");
    unknown.refused(401, "invalid_client");
    assertThat(wrong.body()).isEqualTo(unknown.body());
    assertThat(unknown.header("WWW-Authenticate")).startsWith("Basic");
    instance
        .http()
        .form("/oauth/token", Map.of("grant_type", "client_credentials"))
        .refused(401, "invalid_client");
  }

  @Test
  void clientWhenAuthenticatingInTwoWaysThenInvalidRequest() {
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
    Map<String, String> post = new LinkedHashMap<>();
    post.put("grant_type", "client_credentials");
    post.put("client_id", application.clientId());
    post.put("client_secret", application.secret());
    instance
        .http()
        .form(
            "/oauth/token",
            post,
            "Authorization",
            Admin.basic(application.clientId(), application.secret()))
        .refused(400, "invalid_request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"password", "authorization_code", "refresh_token", "implicit", "x"})
  void grantTypeWhenUnsupportedThenRefused(String grantType) {
    instance
        .http()
        .form(
            "/oauth/token",
            Map.of(
                "grant_type",
                grantType,
                "client_id",
                client.clientId(),
                "client_otp",
                device.otp(client.clientId())))
        .refused(400, "unsupported_grant_type");
  }

  @Test
  void grantTypeWhenMissingOrRepeatedThenInvalidRequest() {
    instance.http().form("/oauth/token", Map.of()).refused(400, "invalid_request");
    instance
        .http()
        .post(
            "/oauth/token",
            Http.FORM,
            "grant_type=client_credentials&grant_type=client_credentials".getBytes(UTF_8))
        .refused(400, "invalid_request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"admin", "admin:read", "uma_protection", "uma_authorization admin", "x y", " "})
  void scopeWhenNotTheClientsThenRefused(String scope) {
    client
        .token(
            Map.of(
                "client_id",
                client.clientId(),
                "client_otp",
                device.otp(client.clientId()),
                "scope",
                scope))
        .refused(400, "invalid_scope");
  }

  @Test
  void bodyWhenTooLargeOrOfAnotherTypeThenRefused() {
    assertThat(
            instance
                .http()
                .form(
                    "/oauth/token",
                    Map.of("grant_type", "client_credentials", "x", Names.random(66_000)))
                .status())
        .isEqualTo(413);
    assertThat(
            instance.http().post("/oauth/token", "application/json", "{}".getBytes(UTF_8)).status())
        .isEqualTo(415);
  }

  @Test
  void credentialsWhenInTheUriThenNotRead() {
    String otp = device.otp(client.clientId());
    instance
        .http()
        .form(
            "/oauth/token?client_id=" + client.clientId() + "&client_otp=" + otp,
            Map.of("grant_type", "client_credentials"))
        .refused(401, "invalid_client");
    client.token(otp).expect(200);
  }

  private Reply basic(String clientId, String secret) {
    return instance
        .http()
        .form(
            "/oauth/token",
            Map.of("grant_type", "client_credentials"),
            "Authorization",
            Admin.basic(clientId, secret));
  }
}
