package org.heliogate.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.heliogate.device.DeviceDirectory.ElementKind;
import org.heliogate.device.element.Pkcs11Module;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.failure.DeviceException;
import org.heliogate.device.failure.RequestPendingException;
import org.heliogate.device.failure.RequestRefusedException;
import org.heliogate.device.http.AuthorizationServer;
import org.heliogate.device.http.HttpTransport;
import org.heliogate.device.http.RetryPolicy;
import org.heliogate.device.http.Trust;
import org.heliogate.device.maker.Personalisation;
import org.heliogate.device.testing.ContractServer;
import org.heliogate.device.testing.ScriptedServer.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole flow of a device, the secure element simulated, against a scripted server. */
class DeviceTest {

  private static final String ID = "SE-000001";

  private final ContractServer server = new ContractServer("mqtts://localhost:8883");
  private final List<Duration> pauses = new ArrayList<>();
  private final Map<Step, Duration> steps = new EnumMap<>(Step.class);

  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  @TempDir
  Path root;

  @BeforeEach
  void personalise() throws Exception {
    Path manifest = root.resolve("manifest.ndjson");
    new Personalisation(
            root,
            manifest,
            ElementKind.SOFTWARE,
            (blanks, progress) -> {
              throw new AssertionError("not asked for");
            })
        .personalise(List.of(ID), List.of("state-estimation"), Map.of(), id -> {});
    server.load(manifest);
    Files.delete(manifest);
  }

  @AfterEach
  void contractWasKept() {
    server.close();
    assertThat(server.violations).isEmpty();
  }

  private Device device(Clock clock) {
    HttpTransport transport =
        new HttpTransport(
            Trust.of(server.authority.pem(), "test").sslContext(null),
            RetryPolicy.STANDARD,
            clock,
            pauses::add);
    ClientContext context =
        new ClientContext(
            new AuthorizationServer(URI.create(server.http.issuer()), transport),
            clock,
            Duration.ofSeconds(10),
            steps::put);
    DeviceDirectory directory = DeviceDirectory.of(root, ID);
    Pkcs11Module unused = new Pkcs11Module(Path.of("none"), "none", "none");
    return new Device(context, directory, directory.openElement(unused), "mqtt");
  }

  private Device device() {
    return device(Clock.systemUTC());
  }

  @Test
  void initialBootstrapWhenAcceptedThenKeepsAllButThePin() throws Exception {
    try (Device device = device()) {
      BootstrapResult result = device.initialBootstrap();

      assertThat(result.parameters()).containsEntry("mqtt.topic", "wams/SE-000001/measurements");
      assertThat(result.clients())
          .extracting(ClientRegistration::clientId)
          .containsExactly("client-of-SE-000001");
      assertThat(device.bootstrapResult()).contains(result);
    }
    assertThat(steps).containsKeys(Step.BOOTSTRAP, Step.KEYGEN);
    assertThat(filesContaining(server.pin(ID))).isEmpty();
  }

  private List<Path> filesContaining(String text) throws Exception {
    try (Stream<Path> files = Files.walk(root)) {
      List<Path> found = new ArrayList<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
          found.add(file);
        }
      }
      return found;
    }
  }

  @Test
  void initialBootstrapWhenClockIsWrongThenTakesTheServersDate() {
    try (Device device = device(Clock.offset(Clock.systemUTC(), Duration.ofDays(-40)))) {
      device.initialBootstrap();
    }
    assertThat(server.http.requests("/bootstrap")).hasSize(2);
  }

  @Test
  void initialBootstrapWhenRefusedThenSaysWhyAndDoesNotTryAgain() {
    server.http.on("/bootstrap", Reply.json(403, "{\"error\":\"bootstrap_completed\"}"));
    try (Device device = device()) {
      assertThatThrownBy(device::initialBootstrap)
          .isInstanceOfSatisfying(
              RequestRefusedException.class,
              e -> {
                assertThat(e.error()).isEqualTo("bootstrap_completed");
                assertThat(e.status()).isEqualTo(403);
                assertThat(e.remedy()).contains("re-arm");
              });
      assertThatThrownBy(() -> device.client("")).isInstanceOf(ConfigurationException.class);
    }
    assertThat(server.http.requests).hasSize(1);
  }

  @Test
  void initialBootstrapWhenAClientCannotAuthenticateHereThenKeepsTheRest() {
    server.otherMethods = List.of("private_key_jwt", "tls_client_auth");
    try (Device device = device()) {
      BootstrapResult result = device.initialBootstrap();

      assertThat(result.clients()).hasSize(2);
      assertThat(device.bootstrapResult()).contains(result);
      assertThat(device.client("publisher").getCredentials("mqtt").username()).startsWith("hg-");
      int requests = server.http.requests.size();
      assertThatThrownBy(() -> device.client("other").securityBootstrap())
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("state-estimation.other has no way to authenticate");
      assertThat(server.http.requests).hasSize(requests);
    }
  }

  @Test
  void initialBootstrapWhenNamesAreNotNamesThenIsRefused() {
    server.http.on(
        "/bootstrap",
        Reply.json(
            200,
            """
            {"device_id":"SE-000001","clients":[{"workflow":"../..","name":"x","client_id":"c",
            "token_endpoint_auth_methods":[]}],"parameters":{},"resource_servers":[],
            "ca_certificates":""}"""));
    try (Device device = device()) {
      assertThatThrownBy(device::initialBootstrap)
          .isInstanceOfSatisfying(
              RequestRefusedException.class,
              e -> assertThat(e.error()).isEqualTo("invalid_response"));
    }
  }

  @Test
  void getCredentialsWhenBootstrappedThenHasCertificateForTheElementsKey() {
    try (Device device = device()) {
      device.initialBootstrap();
      AuthorizedClient client = device.client("publisher");
      client.securityBootstrap();
      Credentials credentials = client.getCredentials("mqtt");

      assertThat(credentials.username()).isEqualTo("hg-client-of-SE-000001");
      assertThat(credentials.uri()).isEqualTo(URI.create("mqtts://localhost:8883"));
      assertThat(client.sslContext(credentials)).isNotNull();
      assertThat(client.getCredentials("mqtt")).isEqualTo(credentials);
    }
    assertThat(server.http.requests("/proxy/mqtt")).hasSize(1);
    assertThat(server.http.requests("/oauth/token")).hasSize(2);
  }

  @Test
  void getCredentialsWhenProcessIsNewThenGetsThePinFromTheServer() {
    try (Device device = device()) {
      device.initialBootstrap();
    }
    Credentials credentials;
    try (Device device = device()) {
      credentials = device.client("").getCredentials("mqtt");
    }
    try (Device device = device()) {
      AuthorizedClient client = device.client("state-estimation.publisher");
      assertThat(client.getCredentials("mqtt")).isEqualTo(credentials);
      assertThat(client.sslContext(credentials)).isNotNull();
    }
    assertThat(server.http.requests("/csr")).hasSize(2);
    assertThat(steps).containsKeys(Step.PIN, Step.TICKET_TO_CERTIFICATE, Step.AAT);
  }

  @Test
  void getCredentialsWhenSubmittedThenPollsWithNewTicketAndSameKey() {
    server.submissions = 2;
    try (Device device = device()) {
      device.initialBootstrap();
      device.client("").getCredentials("mqtt");
    }
    assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(1));
    List<Map<String, String>> redemptions =
        server.http.requests("/oauth/token").stream()
            .map(request -> request.form())
            .filter(form -> form.containsKey("ticket"))
            .toList();
    assertThat(redemptions)
        .extracting(form -> form.get("ticket"))
        .containsExactly("t-1", "again-1", "again-0");
    assertThat(redemptions).extracting(form -> form.get("csr")).containsOnly(csrOf(redemptions));
  }

  private static String csrOf(List<Map<String, String>> forms) {
    return forms.get(0).getOrDefault("csr", "");
  }

  @Test
  void getCredentialsWhenNeverEnforcedThenIsPending() {
    server.submissions = 1000;
    try (Device device = device()) {
      device.initialBootstrap();
      assertThatThrownBy(() -> device.client("").getCredentials("mqtt"))
          .isInstanceOfSatisfying(
              RequestPendingException.class, e -> assertThat(e.pending()).isEqualTo("enforcement"));
    }
    assertThat(pauses).hasSize(10);
  }

  @Test
  void getCredentialsWhenTwoThirdsOfLifeAreOverThenRenewsWithANewKey() {
    server.certificateLife = Duration.ofMinutes(10);
    Credentials first;
    try (Device device = device()) {
      device.initialBootstrap();
      first = device.client("").getCredentials("mqtt");
    }
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(8));
    try (Device device = device(later)) {
      Credentials second = device.client("").getCredentials("mqtt");

      assertThat(second.keyAlias()).isNotEqualTo(first.keyAlias());
      assertThat(second.certificate()).isNotEqualTo(first.certificate());
    }
  }

  @Test
  void getCredentialsWhenRenewalIsNotPossibleYetThenKeepsTheValidOnes() {
    server.certificateLife = Duration.ofMinutes(10);
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(8));
    try (Device device = device()) {
      device.initialBootstrap();
      Credentials first = device.client("").getCredentials("mqtt");
      server.submissions = 1000;
      try (Device renewing = device(later)) {
        assertThat(renewing.client("").getCredentials("mqtt")).isEqualTo(first);
      }
    }
  }

  @Test
  void getCredentialsWhenServerFailsAtRenewalThenKeepsTheValidOnes() {
    server.certificateLife = Duration.ofMinutes(10);
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(8));
    try (Device device = device()) {
      device.initialBootstrap();
      Credentials first = device.client("").getCredentials("mqtt");
      try (Device renewing = device(later)) {
        server.http.on("/proxy/mqtt", Reply.json(502, "Bad Gateway"));
        assertThat(renewing.client("").getCredentials("mqtt")).isEqualTo(first);

        server.http.on("/proxy/mqtt", Reply.json(403, "{\"error\":\"access_denied\"}"));
        assertThatThrownBy(() -> renewing.client("").getCredentials("mqtt"))
            .isInstanceOf(RequestRefusedException.class);
      }
    }
  }

  @Test
  void getCredentialsWhenServerFailsAndThereAreNoneThenFails() {
    server.http.on("/proxy/mqtt", Reply.json(500, ""));
    try (Device device = device()) {
      device.initialBootstrap();
      assertThatThrownBy(() -> device.client("").getCredentials("mqtt"))
          .isInstanceOfSatisfying(
              RequestRefusedException.class, e -> assertThat(e.status()).isEqualTo(500));
    }
  }

  @Test
  void getCredentialsWhenTokenWasRevokedThenGetsANewOne() {
    try (Device device = device()) {
      device.initialBootstrap();
      device.client("").securityBootstrap();
      server.revokeTokens();

      assertThat(device.client("").getCredentials("mqtt").username()).startsWith("hg-");
    }
  }

  private List<String> passwordsSent() {
    return server.http.requests("/oauth/token").stream()
        .map(request -> request.form().getOrDefault("client_otp", ""))
        .toList();
  }

  private String lastCounter() throws Exception {
    return Files.readString(DeviceDirectory.of(root, ID).path().resolve("element/otp-counter"))
        .strip();
  }

  /** The token endpoint serves the next request, but its answer is lost. */
  private void loseNextToken() {
    server.http.on(
        "/oauth/token",
        request -> {
          server.http.on("/oauth/token", server.tokens);
          assertThat(server.tokens.apply(request).status()).isEqualTo(200);
          return Reply.LOST;
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 404, 502, 503})
  void securityBootstrapWhenServerIsAwayForLongThenSpendsOneCounter(int status) throws Exception {
    try (Device device = device()) {
      device.initialBootstrap();
    }
    server.http.on("/oauth/token", status == 0 ? Reply.LOST : Reply.json(status, "{}"));
    for (int call = 0; call < 3; call++) {
      try (Device device = device()) {
        assertThatThrownBy(() -> device.client("").securityBootstrap())
            .isInstanceOf(DeviceException.class);
      }
    }
    assertThat(passwordsSent()).hasSizeGreaterThanOrEqualTo(3);
    Path file =
        DeviceDirectory.of(root, ID)
            .clientDirectory("state-estimation.publisher")
            .resolve("security.json");
    assertThat(filesContaining(passwordsSent().get(0))).containsExactly(file);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");

    server.http.on("/oauth/token", server.tokens);
    try (Device device = device()) {
      device.client("").securityBootstrap();
    }
    assertThat(passwordsSent()).containsOnly(passwordsSent().get(0));
    assertThat(lastCounter()).isEqualTo("1");
    assertThat(filesContaining(passwordsSent().get(0))).isEmpty();
  }

  @Test
  void securityBootstrapWhenAnswerIsLostThenAsksWithAFreshPassword() throws Exception {
    try (Device device = device()) {
      device.initialBootstrap();
      loseNextToken();
      device.client("").securityBootstrap();
    }
    List<String> sent = passwordsSent();
    assertThat(sent).hasSize(3);
    assertThat(sent.get(1)).isEqualTo(sent.get(0));
    assertThat(sent.get(2)).isNotEqualTo(sent.get(0));
    assertThat(lastCounter()).isEqualTo("2");
  }

  @Test
  void securityBootstrapWhenFreshPasswordIsRefusedThenFailsAtOnce() throws Exception {
    server.http.on("/oauth/token", Reply.json(401, "{\"error\":\"invalid_client\"}"));
    try (Device device = device()) {
      device.initialBootstrap();
      for (int calls = 1; calls <= 2; calls++) {
        assertThatThrownBy(() -> device.client("").securityBootstrap())
            .isInstanceOf(RequestRefusedException.class);
        assertThat(passwordsSent()).hasSize(calls).doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void securityBootstrapWhenUsedPasswordAndAFreshOneAreRefusedThenFails() {
    server.http.on("/oauth/token", Reply.LOST, Reply.json(401, "{\"error\":\"invalid_client\"}"));
    try (Device device = device()) {
      device.initialBootstrap();
      assertThatThrownBy(() -> device.client("").securityBootstrap())
          .isInstanceOf(RequestRefusedException.class);
      assertThat(passwordsSent()).hasSize(3);
      assertThatThrownBy(() -> device.client("").securityBootstrap())
          .isInstanceOf(RequestRefusedException.class);
      assertThat(passwordsSent()).hasSize(4);
    }
  }

  @Test
  void securityBootstrapWhenManyAskAtOnceThenAllHaveTheOneToken() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Device device = device()) {
      device.initialBootstrap();
      loseNextToken();
      List<Callable<Object>> calls =
          Collections.nCopies(4, Executors.callable(() -> device.client("").securityBootstrap()));
      for (Future<Object> call : threads.invokeAll(calls)) {
        call.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(passwordsSent()).hasSize(3);
  }

  @Test
  void initialBootstrapWhenAPasswordHasNoAnswerThenForgetsIt() throws Exception {
    try (Device device = device()) {
      device.initialBootstrap();
      server.http.on("/oauth/token", Reply.json(502, ""));
      assertThatThrownBy(() -> device.client("").securityBootstrap())
          .isInstanceOf(RequestRefusedException.class);
      device.initialBootstrap();
      server.http.on("/oauth/token", server.tokens);
      device.client("").securityBootstrap();
    }
    assertThat(passwordsSent()).hasSize(2).doesNotHaveDuplicates();
    assertThat(lastCounter()).isEqualTo("2");
  }

  @Test
  void initialBootstrapWhenRepeatedThenForgetsTokensAndCredentials() {
    try (Device device = device()) {
      device.initialBootstrap();
      Credentials first = device.client("").getCredentials("mqtt");
      device.initialBootstrap();
      Credentials second = device.client("").getCredentials("mqtt");

      assertThat(second.certificate()).isNotEqualTo(first.certificate());
    }
  }

  @Test
  void getPermissionWhenAnswersDifferThenTellsGrantedDeniedAndPending() {
    try (Device device = device()) {
      device.initialBootstrap();
      AuthorizedClient client = device.client("");
      Permission granted = client.getPermission("mqtt", "t/1", "publish");
      assertThat(granted).isInstanceOf(Permission.Granted.class);
      assertThat(((Permission.Granted) granted).rights())
          .containsExactly(new Permission.Right("t/1", Set.of("publish")));
      assertThat(server.http.requests("/proxy/mqtt").get(0).uri().getRawQuery())
          .contains("resource=t%2F1", "scope=publish");

      server.submissions = 1;
      assertThat(client.getPermission("mqtt", "t/1", "publish"))
          .isEqualTo(new Permission.Pending("enforcement"));

      server.http.on("/oauth/token", Reply.json(403, "{\"error\":\"request_denied\"}"));
      assertThat(client.getPermission("mqtt", "t/1", "publish")).isEqualTo(new Permission.Denied());
    }
  }

  @Test
  void getCredentialsWhenApplicationHasSecretThenUsesBasicAndBearer() throws Exception {
    Path secret = Files.writeString(root.resolve("secret"), ContractServer.APPLICATION_SECRET);
    Application application =
        new Application("subscriber", ContractServer.APPLICATION, secret, false);
    application.save(root);
    HttpTransport transport =
        new HttpTransport(
            Trust.of(server.authority.pem(), "test").sslContext(null),
            RetryPolicy.STANDARD,
            Clock.systemUTC(),
            pauses::add);
    ClientContext context =
        new ClientContext(
            new AuthorizationServer(URI.create(server.http.issuer()), transport),
            Clock.systemUTC(),
            Duration.ofSeconds(10),
            StepListener.NONE);

    AuthorizedClient client = Application.load(root, "subscriber").client(context, root);
    Credentials credentials = client.getCredentials("mqtt");

    assertThat(credentials.username()).isEqualTo("hg-app-1");
    assertThat(client.sslContext(credentials)).isNotNull();
    assertThat(filesContaining(ContractServer.APPLICATION_SECRET)).containsExactly(secret);
  }
}
