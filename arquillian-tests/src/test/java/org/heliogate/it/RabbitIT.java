package org.heliogate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URLEncoder;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.KnownSecrets;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.OauthServer;
import org.heliogate.it.fixture.RabbitProbe;
import org.heliogate.it.fixture.RabbitServer;
import org.heliogate.it.fixture.Recipe;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.Uma;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A resource server that knows OAuth and nothing of this product (D3.4.2 §2): RabbitMQ takes the
 * tokens for what the grants say, and nothing else. Files and configuration are the recipe's.
 */
class RabbitIT {

  private static final Instance INSTANCE = Instance.current();
  private static final Recipe RECIPE = Recipe.of("rabbitmq.md");
  private static final String TOPIC = "wams/north/m";
  private static final String READING = "%2F/amq.topic/wams.north.*";
  private static String id;
  private static OauthServer server;
  private static RabbitServer rabbit;
  private static Application publisher;
  private static Application reader;

  @BeforeAll
  static void start() {
    id = Names.unique("rabbit");
    server = register(id);
    applyWorkflow(id);
    rabbit = RabbitServer.start(INSTANCE, server.clientId());
    publisher = application(id, "publisher");
    reader = application(id, "reader");
    registerQueue(server, reader);
  }

  @AfterAll
  static void stop() {
    if (rabbit != null) {
      rabbit.close();
    }
  }

  @Test
  void tokenWhenGrantedThenTheMessageArrives() {
    try (RabbitProbe receiving = connect(reader);
        RabbitProbe sending = connect(publisher)) {
      assertThat(receiving.subscribe("wams/north/#")).isTrue();
      assertThat(sending.publish(TOPIC, "granted")).isTrue();
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> receiving.arrivedOn(TOPIC).equals("granted"));
    }
  }

  @Test
  void tokenWhenTopicIsNotGrantedThenRefused() {
    for (String topic : List.of("wams/south/m", "wams/north/m/x", "wams/north", "wams/north/n")) {
      try (RabbitProbe sending = connect(publisher)) {
        assertThat(sending.publish(topic, "x")).as("publish %s", topic).isFalse();
      }
    }
    try (RabbitProbe sending = connect(publisher)) {
      assertThat(sending.subscribe(TOPIC)).as("no right to read").isFalse();
    }
    try (RabbitProbe sending = connect(reader)) {
      assertThat(sending.publish(TOPIC, "x")).as("no right to write").isFalse();
    }
  }

  @Test
  void tokenWhenWildcardThenCoversWhatItSaysAndNoMore() {
    for (String filter : List.of(TOPIC, "wams/north/+", "wams/north/deep/er", "wams/north/#")) {
      try (RabbitProbe receiving = connect(reader)) {
        assertThat(receiving.subscribe(filter)).as("subscribe %s", filter).isTrue();
      }
    }
    for (String filter : List.of("#", "wams/#", "wams/+/m", "wams/south/m", "wams/northern/m")) {
      try (RabbitProbe receiving = connect(reader)) {
        assertThat(receiving.subscribe(filter)).as("subscribe %s", filter).isFalse();
      }
    }
  }

  @Test
  void tokenWhenQueueIsAnothersThenRefused() {
    try (RabbitProbe receiving =
        RabbitProbe.connect(INSTANCE, rabbit, publisher.clientId(), token(id, reader))) {
      assertThat(receiving.subscribe(TOPIC)).isFalse();
    }
  }

  @Test
  void tokenWhenForAnotherServerThenRefused() {
    String other = Names.unique("rabbit");
    OauthServer otherServer = register(other);
    applyWorkflow(other);
    String token = token(other, application(other, "publisher"));
    assertThat(otherServer.introspect(token).json().path("active").asBoolean()).isTrue();
    assertRefused(token);
  }

  @Test
  void tokenWhenNoRptThenRefused() {
    assertRefused(server.pat());
    assertRefused(
        KnownSecrets.add(
            "AAT", publisher.token("uma_authorization").expect(200).text("access_token")));
    assertRefused("x.y.z");
    assertRefused("");
  }

  @Test
  void tokenWhenTamperedWithThenRefused() throws ParseException {
    String token = token(id, publisher);
    String[] parts = token.split("\\.");
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8);
    assertRefused(parts[0] + "." + encode(claims.replace("north", "south")) + "." + parts[2]);
    String signature = (parts[2].charAt(0) == 'A' ? 'B' : 'A') + parts[2].substring(1);
    assertRefused(parts[0] + "." + parts[1] + "." + signature);
    String kid = SignedJWT.parse(token).getHeader().getKeyID();
    assertRefused(encode("{\"alg\":\"none\",\"kid\":\"" + kid + "\"}") + "." + parts[1] + ".");
    assertRefused(
        encode("{\"alg\":\"ES256\",\"kid\":\"unknown\"}") + "." + parts[1] + "." + parts[2]);
  }

  @Test
  void tokenWhenUpgradedThenAllowsBoth() {
    Application both =
        INSTANCE
            .admin()
            .createApplication(List.of(id + "-publisher", id + "-reader"), "client_secret_basic");
    String aat = aat(both);
    String first = redeem(aat, server.ticket(List.of(registerQueue(server, both))), Map.of());
    String second = redeem(aat, frontDoor(aat, id, READING), Map.of("rpt", first));
    String third =
        redeem(aat, frontDoor(aat, id, "%2F/amq.topic/wams.north.m"), Map.of("rpt", second));
    assertThat(scopes(first)).hasSize(3);
    assertThat(scopes(second)).containsAll(scopes(first)).hasSize(4);
    assertThat(scopes(third)).containsAll(scopes(second)).hasSize(5);
    try (RabbitProbe session = connect(both, third)) {
      assertThat(session.subscribe("wams/north/#")).isTrue();
      assertThat(session.publish(TOPIC, "to itself")).isTrue();
      Awaitility.await().until(() -> session.arrivedOn(TOPIC).equals("to itself"));
    }
    try (RabbitProbe session = connect(both, second)) {
      assertThat(session.publish(TOPIC, "not yet")).isFalse();
    }
  }

  /**
   * What the recipe says of expiry, the open subscription among it, which RabbitMQ goes on with.
   */
  @Test
  void tokenWhenExpiredThenNothingNewIsAllowed() {
    rptLifetime("30");
    String writing = token(id, publisher);
    String reading = token(id, reader);
    rptLifetime("900");
    try (RabbitProbe sending = connect(publisher, writing);
        RabbitProbe receiving = connect(reader, reading)) {
      assertThat(receiving.subscribe(TOPIC)).isTrue();
      assertThat(sending.publish(TOPIC, "in time")).isTrue();
      Awaitility.await("the tokens' end")
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  Instant.now().isAfter(expiry(reading)) && Instant.now().isAfter(expiry(writing)));
      assertRefused(writing);
      assertRefused(reading);
      assertThat(sending.publish(TOPIC, "too late")).isFalse();
      try (RabbitProbe anew = connect(publisher)) {
        assertThat(anew.publish(TOPIC, "late")).isTrue();
      }
      Awaitility.await().until(() -> receiving.arrivedOn(TOPIC).equals("late"));
      assertThat(receiving.subscribe("wams/north/n")).isFalse();
    }
  }

  private static void rptLifetime(String seconds) {
    INSTANCE
        .admin()
        .send(
            "PUT",
            "resource-servers/" + id,
            Admin.JSON,
            RECIPE.file("resource-server.json", Map.of("\"rabbit\"", quoted(id), "900", seconds)))
        .expect(200);
  }

  private static Instant expiry(String token) {
    return claims(token).getExpirationTime().toInstant();
  }

  private static void assertRefused(String token) {
    assertThatExceptionOfType(RabbitProbe.RefusedException.class)
        .isThrownBy(
            () -> RabbitProbe.connect(INSTANCE, rabbit, publisher.clientId(), token).close());
  }

  private static RabbitProbe connect(Application client) {
    return connect(client, token(id, client));
  }

  private static RabbitProbe connect(Application client, String token) {
    return RabbitProbe.connect(INSTANCE, rabbit, client.clientId(), token);
  }

  private static String body(String server) {
    return RECIPE.file("resource-server.json", Map.of("\"rabbit\"", quoted(server)));
  }

  private static OauthServer register(String server) {
    return OauthServer.register(INSTANCE, body(server));
  }

  private static void applyWorkflow(String server) {
    INSTANCE
        .admin()
        .putWorkflow(
            server,
            RECIPE.file(
                "workflow.yaml",
                Map.of(
                    "workflow: rabbit",
                    "workflow: " + server,
                    "resource-server: rabbit",
                    "resource-server: " + server,
                    "rabbit-publisher",
                    server + "-publisher",
                    "rabbit-reader",
                    server + "-reader")));
  }

  private static Application application(String server, String role) {
    return INSTANCE.admin().createApplication(server + "-" + role, "client_secret_basic");
  }

  /** The queue of an application's subscriptions. */
  private static String registerQueue(OauthServer server, Application client) {
    return server
        .send(
            "POST",
            "/uma/resource_set",
            RECIPE.file("resource.json", Map.of("CLIENT_ID", client.clientId())))
        .expect(201)
        .text("_id");
  }

  /** A token for all that a client may do on a server, by way of the front door. */
  private static String token(String server, Application client) {
    String aat = aat(client);
    return redeem(aat, frontDoor(aat, server, null), Map.of());
  }

  private static String frontDoor(String aat, String server, String resource) {
    String query = resource == null ? "" : "?resource=" + URLEncoder.encode(resource, UTF_8);
    return KnownSecrets.add(
        "ticket",
        INSTANCE
            .http()
            .get("/proxy/" + server + query, "Authorization", "Bearer " + aat)
            .expect(401)
            .text("ticket"));
  }

  private static String aat(Application client) {
    return KnownSecrets.add(
        "AAT", client.token("uma_authorization").expect(200).text("access_token"));
  }

  private static String redeem(String aat, String ticket, Map<String, String> more) {
    Map<String, String> form = new HashMap<>(more);
    form.put("grant_type", Uma.GRANT_TYPE);
    form.put("ticket", ticket);
    Reply reply =
        INSTANCE.http().form("/oauth/token", form, "Authorization", "Bearer " + aat).expect(200);
    return KnownSecrets.add("RPT", reply.text("access_token"));
  }

  private static List<String> scopes(String token) {
    return List.of(String.valueOf(claims(token).getClaim("scope")).split(" "));
  }

  private static JWTClaimsSet claims(String token) {
    try {
      return SignedJWT.parse(token).getJWTClaimsSet();
    } catch (ParseException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }
}
