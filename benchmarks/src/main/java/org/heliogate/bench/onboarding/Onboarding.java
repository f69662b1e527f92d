package org.heliogate.bench.onboarding;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import javax.security.auth.x500.X500Principal;
import org.heliogate.bench.instance.WrongAnswerException;
import org.heliogate.device.element.KeyAlgorithm;
import org.heliogate.device.element.SecureElement;
import org.heliogate.device.failure.BrokerRefusedException;
import org.heliogate.device.failure.RequestPendingException;
import org.heliogate.device.http.Answer;
import org.heliogate.device.http.Authorization;
import org.heliogate.device.http.AuthorizationServer;
import org.heliogate.device.http.ClientTls;
import org.heliogate.device.http.RequestBody;
import org.heliogate.device.http.Trust;
import org.heliogate.device.mqtt.MqttSession;
import org.heliogate.device.mqtt.SimulatedGrid;

/**
 * The onboarding of one device, from its first request to its first measurement: the calls of
 * D3.4.2 §3.2 and §3.3, each timed and each answer checked.
 *
 * <p>It speaks the protocol itself, over the library's secure element, transport and MQTT session,
 * so that each request is timed on its own and the device's own files are not.
 */
final class Onboarding {

  private static final String KEY = "bench";
  private static final String ASSERTION_TYPE =
      "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  private static final String UMA_TICKET = "urn:ietf:params:oauth:grant-type:uma-ticket";
  private static final int NOT_AUTHORIZED = 135;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final AuthorizationServer server;
  private final CertificateCheck certificates;
  private final SimulatedGrid grid;

  Onboarding(AuthorizationServer server, CertificateCheck certificates, Clock clock) {
    this.server = server;
    this.certificates = certificates;
    this.grid = new SimulatedGrid(clock);
  }

  /** What the bootstrap gave. */
  private record Welcome(String clientId, String topic, URI frontDoor) {}

  /** What the ticket gave. */
  private record Issued(String username, X509Certificate certificate, ClientTls tls) {}

  /** A device that has published. */
  private record Connected(Issued issued, MqttSession session) {}

  /**
   * Onboards a device that is loaded and was never seen.
   *
   * @param element its secure element
   * @param assertion its bootstrap assertion, signed before the clock starts so that the chip's
   *     speed is no part of the server's
   * @param foreignTopic a topic of another device
   * @return how long each phase took
   * @throws WrongAnswerException when an answer is not what the contract promises
   */
  Map<Phase, Duration> of(SecureElement element, String assertion, String foreignTopic) {
    Timings timings = new Timings();
    Welcome welcome = bootstrap(element, assertion, timings);
    element.createKeyPair(KEY, KeyAlgorithm.EC_P256);
    Authorization aat = new OneTimeToken(aat(element, welcome, timings));
    byte[] measurement = grid.measure(element.masterId(), 1).toJson();
    Connected connected =
        timings.time(
            Phase.TICKET_TO_PUBLISH,
            () -> ticketToPublish(element, welcome, aat, measurement, timings));
    try (MqttSession session = connected.session()) {
      Issued issued = connected.issued();
      certificates.check(issued.certificate(), issued.username(), element.publicKey(KEY));
      refused(session, foreignTopic, measurement);
    }
    return timings.taken();
  }

  private Connected ticketToPublish(
      SecureElement element,
      Welcome welcome,
      Authorization aat,
      byte[] measurement,
      Timings timings) {
    Answer door = timings.time(Phase.FRONT_DOOR, () -> server.get(welcome.frontDoor(), aat));
    Issued issued = certificate(element, door, aat, timings);
    MqttSession session =
        timings.time(
            Phase.CONNECT,
            () -> MqttSession.connect(broker(door), issued.tls(), issued.username()));
    return timings.time(
        Phase.PUBLISH,
        () -> {
          session.publish(welcome.topic(), measurement);
          return new Connected(issued, session);
        });
  }

  private Welcome bootstrap(SecureElement element, String assertion, Timings timings) {
    String doing = "the bootstrap of " + element.masterId();
    URI endpoint = server.endpoint("/bootstrap");
    RequestBody introduction =
        RequestBody.form(
            Map.of("client_assertion_type", ASSERTION_TYPE, "client_assertion", assertion));
    Answer answer =
        timings.time(
            Phase.BOOTSTRAP, () -> server.post(endpoint, () -> introduction, Authorization.NONE));
    if (!answer.isOk()) {
      throw answer.refusal(doing);
    }
    require(
        answer.required("device_id", doing).equals(element.masterId()),
        doing + " answered for another device");
    // A wrong PIN does not open the element.
    element.presentPin(answer.required("pin", doing).toCharArray());
    Trust.certificates(answer.required("ca_certificates", doing), doing);
    String topic = answer.body().path("parameters").path("mqtt.topic").asText("");
    require(
        topic.equals(Workload.topic(element.masterId())),
        doing + " gave the topic '" + topic + "'");
    JsonNode clients = answer.body().path("clients");
    require(clients.size() == 1, doing + " gave " + clients.size() + " clients instead of one");
    String frontDoor =
        StreamSupport.stream(answer.body().path("resource_servers").spliterator(), false)
            .filter(known -> known.path("id").asText("").equals(Workload.RESOURCE_SERVER))
            .map(known -> known.path("proxy_uri").asText(""))
            .findFirst()
            .orElseThrow(() -> new WrongAnswerException(doing + " named no MQTT server"));
    return new Welcome(
        clients.path(0).path("client_id").asText(""), topic, server.own(URI.create(frontDoor)));
  }

  private String aat(SecureElement element, Welcome welcome, Timings timings) {
    String doing = "the access token of " + element.masterId();
    RequestBody request =
        RequestBody.form(
            Map.of(
                "grant_type",
                "client_credentials",
                "scope",
                "uma_authorization",
                "client_id",
                welcome.clientId(),
                "client_otp",
                element.oneTimePassword(welcome.clientId())));
    Answer answer =
        timings.time(
            Phase.AAT,
            () -> server.post(server.endpoint("/oauth/token"), () -> request, Authorization.NONE));
    if (!answer.isOk()) {
      throw answer.refusal(doing);
    }
    String token = answer.required("access_token", doing);
    require(token.indexOf('.') > 0, doing + " is not of the form handle.tag");
    require(answer.body().path("expires_in").asLong(0) > 0, doing + " never was valid");
    return token;
  }

  private Issued certificate(
      SecureElement element, Answer door, Authorization aat, Timings timings) {
    String doing = "the certificate of " + element.masterId();
    if (door.status() != 401) {
      throw door.refusal("the ticket of " + element.masterId());
    }
    String ticket = door.required("ticket", doing);
    RequestBody question = RequestBody.json(Map.of("resource_server", Workload.RESOURCE_SERVER));
    Answer terms =
        timings.time(
            Phase.CSR_TERMS, () -> server.post(server.endpoint("/csr"), () -> question, aat));
    if (!terms.isOk()) {
      throw terms.refusal("the certificate's subject");
    }
    X500Principal subject = new X500Principal(terms.required("subject", doing));
    byte[] csr = timings.time(Phase.CSR_SIGNING, () -> element.certificationRequest(KEY, subject));
    String encoded = Base64.getEncoder().encodeToString(csr);
    Answer answer =
        timings.time(Phase.UMA_GRANT, () -> redeem(ticket, Map.of("csr", encoded), aat, doing));
    answer.required("access_token", doing);
    JsonNode issued = answer.body().path("credentials");
    String username = issued.path("username").asText("");
    require(
        username.equals(terms.body().path("username").asText("")),
        doing + " has another username than /csr said");
    List<X509Certificate> chain = Trust.certificates(issued.path("certificate").asText(""), doing);
    Trust broker = Trust.of(issued.path("ca_certificates").asText(""), doing);
    return new Issued(
        username, chain.get(0), new ClientTls(broker, element.keyManager(KEY, chain)));
  }

  /** Redeems a ticket, again with each new one while the right is not enforced yet. */
  private Answer redeem(
      String ticket, Map<String, String> extension, Authorization aat, String doing) {
    String current = ticket;
    Duration waited = Duration.ZERO;
    while (true) {
      Map<String, String> form = new HashMap<>(extension);
      form.put("grant_type", UMA_TICKET);
      form.put("ticket", current);
      Answer answer =
          server.post(server.endpoint("/oauth/token"), () -> RequestBody.form(form), aat);
      if (answer.isOk()) {
        return answer;
      }
      if (!answer.error().equals("request_submitted")) {
        throw answer.refusal(doing);
      }
      Duration interval = Duration.ofSeconds(Math.max(1, answer.body().path("interval").asInt(1)));
      waited = waited.plus(interval);
      if (waited.compareTo(PATIENCE) > 0) {
        throw new RequestPendingException(
            "enforcement", doing + " waits for enforcement", "Check that the broker runs.");
      }
      pause(interval);
      current = answer.required("ticket", doing);
    }
  }

  private void pause(Duration interval) {
    try {
      server.pause().await(interval);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static URI broker(Answer door) {
    return StreamSupport.stream(door.body().path("security_profiles").spliterator(), false)
        .filter(profile -> profile.path("type").asText("").equals("x509"))
        .map(profile -> URI.create(profile.path("uri").asText("")))
        .findFirst()
        .orElseThrow(() -> new WrongAnswerException("the front door named no x509 profile"));
  }

  private static void refused(MqttSession session, String foreignTopic, byte[] measurement) {
    try {
      session.publish(foreignTopic, measurement);
    } catch (BrokerRefusedException e) {
      require(
          e.reasonCode() == NOT_AUTHORIZED,
          "a publication on another device's topic was refused with reason " + e.reasonCode());
      return;
    }
    throw new WrongAnswerException("a publication on another device's topic was accepted");
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new WrongAnswerException(otherwise);
    }
  }
}
