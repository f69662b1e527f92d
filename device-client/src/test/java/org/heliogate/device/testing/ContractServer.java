package org.heliogate.device.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.heliogate.device.testing.ScriptedServer.Reply;
import org.heliogate.device.testing.ScriptedServer.Request;

/**
 * A scripted server that plays the contract's flow for the devices of a manifest, and one
 * application, and notes every deviation of the client.
 */
public final class ContractServer implements AutoCloseable {

  public static final String APPLICATION = "app-1";
  public static final String APPLICATION_SECRET = "s:e%c r+et";
  private static final ObjectMapper JSON = new ObjectMapper();

  public final TestAuthority authority = new TestAuthority();
  public final ScriptedServer http = new ScriptedServer(authority);

  /** What the client did against the contract. */
  public final List<Throwable> violations = new CopyOnWriteArrayList<>();

  /** Certificate life, and how often the token endpoint answers request_submitted first. */
  public volatile Duration certificateLife = Duration.ofDays(1);

  public volatile int submissions;

  /** How a first client of each device, named other, may authenticate; empty for no such client. */
  public volatile List<String> otherMethods = List.of();

  /** Answers the token endpoint, for tests which put something before it. */
  public final Function<Request, Reply> tokens = checked(this::token);

  private final Map<String, JsonNode> manifest = new LinkedHashMap<>();
  private final Set<String> spent = ConcurrentHashMap.newKeySet();
  private final Map<String, String> aatOwner = new ConcurrentHashMap<>();
  private final String brokerUri;

  /** What a handler does with a request that is to the contract's letter. */
  private interface Handler {
    Reply answer(Request request) throws Exception;
  }

  public ContractServer(String brokerUri) {
    this.brokerUri = brokerUri;
    http.on("/bootstrap", checked(this::bootstrap));
    http.on("/oauth/token", tokens);
    http.on("/csr", checked(this::csr));
    http.on("/proxy/mqtt", checked(this::frontDoor));
  }

  public void load(Path manifestFile) throws Exception {
    for (String line : Files.readAllLines(manifestFile)) {
      JsonNode element = JSON.readTree(line);
      manifest.put(element.path("master_id").asText(), element);
    }
  }

  public String pin(String masterId) {
    return element(masterId).path("pin").asText();
  }

  private JsonNode element(String masterId) {
    JsonNode element = manifest.get(masterId);
    if (element == null) {
      throw new AssertionError("unknown " + masterId);
    }
    return element;
  }

  private byte[] otpSecret(String masterId) {
    return Base64.getDecoder().decode(element(masterId).path("otp_secret").asText());
  }

  private Function<Request, Reply> checked(Handler handler) {
    return request -> {
      try {
        return handler.answer(request);
      } catch (Throwable e) {
        violations.add(e);
        return Reply.json(400, "{\"error\":\"invalid_request\"}");
      }
    };
  }

  private Reply bootstrap(Request request) throws Exception {
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.header("Content-type")).isEqualTo("application/x-www-form-urlencoded");
    Map<String, String> form = request.form();
    assertThat(form).containsOnlyKeys("client_assertion_type", "client_assertion");
    assertThat(form.get("client_assertion_type"))
        .isEqualTo("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    SignedJWT assertion = SignedJWT.parse(form.getOrDefault("client_assertion", ""));
    JWTClaimsSet claims = assertion.getJWTClaimsSet();
    JWK key =
        JWK.parseFromPEMEncodedObjects(element(claims.getSubject()).path("public_key").asText());
    assertThat(assertion.verify(new ECDSAVerifier(key.toECKey()))).isTrue();
    assertThat(assertion.getHeader().getAlgorithm().getName()).isEqualTo("ES256");
    assertThat(claims.getIssuer()).isEqualTo(claims.getSubject());
    assertThat(claims.getAudience()).containsExactly(http.issuer() + "/bootstrap");
    assertThat(spent.add("jti " + claims.getJWTID())).isTrue();
    Instant issued = claims.getIssueTime().toInstant();
    assertThat(claims.getExpirationTime().toInstant())
        .isBetween(issued.plusSeconds(1), issued.plusSeconds(300));
    if (Duration.between(Instant.now(), issued).abs().toSeconds() > 60) {
      return Reply.json(401, "{\"error\":\"invalid_client\"}").with("WWW-Authenticate", "Basic");
    }
    return Reply.json(200, bootstrapResponse(claims.getSubject()).toString());
  }

  private ObjectNode bootstrapResponse(String id) {
    ObjectNode response = JSON.createObjectNode();
    response.put("device_id", id).put("pin", pin(id));
    if (!otherMethods.isEmpty()) {
      otherMethods.forEach(
          response
                  .withArray("clients")
                  .addObject()
                  .put("workflow", "state-estimation")
                  .put("name", "other")
                  .put("role", "observer")
                  .put("client_id", "other-of-" + id)
                  .withArray("token_endpoint_auth_methods")
              ::add);
    }
    response
        .withArray("clients")
        .addObject()
        .put("workflow", "state-estimation")
        .put("name", "publisher")
        .put("role", "power-measurement-publisher")
        .put("client_id", "client-of-" + id)
        .withArray("token_endpoint_auth_methods")
        .add("client_otp");
    response.putObject("parameters").put("mqtt.topic", "wams/" + id + "/measurements");
    response
        .withArray("resource_servers")
        .addObject()
        .put("id", "mqtt")
        .put("type", "mqtt")
        .put("proxy_uri", http.issuer() + "/proxy/mqtt");
    response.put("ca_certificates", authority.pem());
    return response;
  }

  private Reply token(Request request) throws Exception {
    Map<String, String> form = request.form();
    if ("client_credentials".equals(form.get("grant_type"))) {
      assertThat(form).containsEntry("scope", "uma_authorization");
      return form.containsKey("client_otp") ? otpToken(form) : basicToken(request, form);
    }
    assertThat(form)
        .containsEntry("grant_type", "urn:ietf:params:oauth:grant-type:uma-ticket")
        .containsKey("ticket");
    String client = caller(request);
    if (submissions > 0) {
      submissions--;
      return Reply.json(
          403,
          "{\"error\":\"request_submitted\",\"ticket\":\"again-%d\",\"interval\":1,\"pending\":\"enforcement\"}"
              .formatted(submissions));
    }
    return form.containsKey("csr") ? certificate(client, form) : permission(form);
  }

  private Reply otpToken(Map<String, String> form) throws Exception {
    assertThat(form).containsOnlyKeys("grant_type", "scope", "client_id", "client_otp");
    String clientId = form.getOrDefault("client_id", "");
    String otp = form.getOrDefault("client_otp", "");
    String id = clientId.substring("client-of-".length());
    long counter = Long.parseLong(otp.substring(0, otp.indexOf('.')));
    assertThat(otp).isEqualTo(Authorizations.clientOtp(otpSecret(id), counter, clientId));
    return spent.add("otp " + id + counter)
        ? aat(clientId)
        : Reply.json(401, "{\"error\":\"invalid_client\"}").with("WWW-Authenticate", "Basic");
  }

  private Reply basicToken(Request request, Map<String, String> form) {
    assertThat(form).containsOnlyKeys("grant_type", "scope");
    String pair = APPLICATION + ":s%3Ae%25c+r%2Bet";
    assertThat(request.header("Authorization"))
        .isEqualTo("Basic " + Base64.getEncoder().encodeToString(pair.getBytes()));
    return aat(APPLICATION);
  }

  private Reply aat(String clientId) {
    String aat = "h" + aatOwner.size() + ".tag-of-" + clientId;
    aatOwner.put(aat, clientId);
    return Reply.json(
            200,
            "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":600}".formatted(aat))
        .with("Cache-Control", "no-store");
  }

  /** Makes the server forget all tokens, as an operator's revocation does. */
  public void revokeTokens() {
    aatOwner.replaceAll((aat, owner) -> "");
  }

  private String caller(Request request) throws Exception {
    String header = request.header("Authorization");
    if (header.startsWith("Bearer ")) {
      assertThat(aatOwner).containsEntry(header.substring(7), APPLICATION);
      return APPLICATION;
    }
    String handle = header.replaceAll("AAT-OTP id=\"([^\"]*)\".*", "$1");
    String aat =
        aatOwner.keySet().stream()
            .filter(a -> a.startsWith(handle + "."))
            .findFirst()
            .orElseThrow(() -> new AssertionError("unknown " + header));
    long counter = Authorizations.checkAatOtp(request, http.issuer(), aat);
    assertThat(spent.add("aat " + handle + " " + counter)).isTrue();
    return aatOwner.getOrDefault(aat, "");
  }

  private static Reply unknownToken() {
    return Reply.json(401, "{\"error\":\"invalid_token\"}").with("WWW-Authenticate", "AAT-OTP");
  }

  private Reply csr(Request request) throws Exception {
    assertThat(request.header("Content-type")).isEqualTo("application/json");
    assertThat(new String(request.body())).isEqualTo("{\"resource_server\":\"mqtt\"}");
    String client = caller(request);
    if (client.isEmpty()) {
      return unknownToken();
    }
    ObjectNode answer = JSON.createObjectNode();
    answer.put("username", "hg-" + client).put("subject", "CN=hg-" + client);
    if (!client.equals(APPLICATION)) {
      answer.put("pin", pin(client.substring("client-of-".length())));
    }
    return Reply.json(200, answer.toString());
  }

  private Reply frontDoor(Request request) throws Exception {
    if (caller(request).isEmpty()) {
      return unknownToken();
    }
    return Reply.json(
            401,
            """
            {"ticket":"t-1","resource_server":{"id":"mqtt","type":"mqtt"},"security_profiles":[
             {"type":"password","uri":"mqtts://localhost:1"},
             {"type":"x509","uri":"%s","key_algorithms":["EC-P384","EC-P256","RSA-2048"]}]}
            """
                .formatted(brokerUri))
        .with("WWW-Authenticate", "UMA realm=\"x\", ticket=\"t-1\"");
  }

  private Reply certificate(String client, Map<String, String> form) {
    assertThat(form).containsOnlyKeys("grant_type", "ticket", "csr");
    byte[] request = Base64.getDecoder().decode(form.getOrDefault("csr", ""));
    ObjectNode answer = JSON.createObjectNode();
    answer.put("access_token", "a.b.c").put("token_type", "Bearer").put("expires_in", 300);
    answer
        .putObject("credentials")
        .put("type", "x509")
        .put("username", "hg-" + client)
        .put("certificate", TestAuthority.pem(authority.sign(request, certificateLife)))
        .put("ca_certificates", authority.pem())
        .put("expires_in", certificateLife.toSeconds());
    return Reply.json(200, answer.toString());
  }

  private static Reply permission(Map<String, String> form) {
    assertThat(form).containsOnlyKeys("grant_type", "ticket");
    String header = "{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}";
    String claims =
        "{\"permissions\":[{\"resource_id\":\"1\",\"resource_name\":\"t/1\",\"resource_scopes\":[\"publish\"]}]}";
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    String token =
        encoder.encodeToString(header.getBytes())
            + "."
            + encoder.encodeToString(claims.getBytes())
            + "."
            + encoder.encodeToString(new byte[64]);
    return Reply.json(200, "{\"access_token\":\"%s\",\"expires_in\":300}".formatted(token));
  }

  @Override
  public void close() {
    http.close();
  }
}
