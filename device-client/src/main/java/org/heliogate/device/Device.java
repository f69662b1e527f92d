package org.heliogate.device;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.heliogate.device.element.SecureElement;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.failure.SecureElementException;
import org.heliogate.device.http.Answer;
import org.heliogate.device.http.Authorization;
import org.heliogate.device.http.RequestBody;
import org.heliogate.device.state.DurableFile;
import org.heliogate.device.state.ExclusiveLock;

/**
 * A field device with its secure element: does the initial security bootstrap (D3.4.2 §3.2) and
 * knows the clients that came of it.
 *
 * <p>Closing it locks the secure element. Safe for use by many threads.
 */
public final class Device implements AutoCloseable {

  private static final String DOING = "the initial bootstrap";
  private static final String ASSERTION_TYPE =
      "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  private static final Duration ASSERTION_LIFE = Duration.ofMinutes(4);

  /** The server allows a minute; below half of it, a refusal has another cause than the clock. */
  private static final Duration TOLERATED_SKEW = Duration.ofSeconds(30);

  private final ClientContext context;
  private final DeviceDirectory directory;
  private final SecureElement element;
  private final String resourceServer;

  /**
   * Makes a device of its parts.
   *
   * @param context what all clients share
   * @param directory the device's directory
   * @param element its secure element, closed with the device
   * @param resourceServer the resource server that a key pair is prepared for
   */
  public Device(
      ClientContext context,
      DeviceDirectory directory,
      SecureElement element,
      String resourceServer) {
    this.context = context;
    this.directory = directory;
    this.element = element;
    this.resourceServer = resourceServer;
  }

  /** The device's master ID. */
  public String id() {
    return element.masterId();
  }

  /**
   * Introduces the device to the authorization server with its master key, stores what comes back
   * but the PIN, and, where a PIN comes, makes a key pair for each client.
   *
   * <p>May be repeated until the server has seen one of the clients; each success voids the
   * secrets, tokens and certificates of the one before, and this device's copies of them. A device
   * whose clock is wrong tries once more with the server's {@code Date}.
   *
   * @return what the scripts of the workflows made
   */
  public BootstrapResult initialBootstrap() {
    return new ExclusiveLock(directory.path().resolve("bootstrap.lock")).holding(this::bootstrap);
  }

  private BootstrapResult bootstrap() {
    ClientContext.Stopwatch stopwatch = context.stopwatch();
    Answer answer = introduce(Duration.ZERO);
    if (answer.status() == 401) {
      Duration skew = skew(answer);
      if (skew.abs().compareTo(TOLERATED_SKEW) > 0) {
        answer = introduce(skew);
      }
    }
    if (!answer.isOk()) {
      throw answer.refusal(DOING);
    }
    context.listener().completed(Step.BOOTSTRAP, stopwatch.elapsed());
    Answer accepted = answer;
    BootstrapResult result =
        BootstrapResult.of(answer.body())
            .filter(r -> r.deviceId().equals(id()))
            .orElseThrow(() -> accepted.invalid(DOING, "members are missing or wrong"));
    keep(result, answer.body().path("pin").asText(""));
    return result;
  }

  private void keep(BootstrapResult result, String pin) {
    List<String> servers =
        result.resourceServers().stream().map(BootstrapResult.ResourceServer::id).toList();
    for (ClientRegistration client : result.clients()) {
      client(client).forget(servers);
    }
    result.save(directory.bootstrapFile());
    DurableFile.write(directory.path().resolve("ca.pem"), result.caCertificates());
    if (!pin.isEmpty()) {
      element.presentPin(pin.toCharArray());
      for (ClientRegistration client : result.clients()) {
        client(client).prepareKey(resourceServer);
      }
    }
  }

  private Duration skew(Answer answer) {
    return answer
        .date()
        .map(date -> Duration.between(context.clock().instant(), date))
        .orElse(Duration.ZERO);
  }

  private Answer introduce(Duration skew) {
    URI endpoint = context.server().endpoint("/bootstrap");
    return context.server().post(endpoint, () -> introduction(endpoint, skew), Authorization.NONE);
  }

  private RequestBody introduction(URI endpoint, Duration skew) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("client_assertion_type", ASSERTION_TYPE);
    form.put("client_assertion", assertion(endpoint, skew));
    return RequestBody.form(form);
  }

  /**
   * A fresh assertion for the bootstrap endpoint (RFC 7523), signed with the master key; good for
   * one request within four minutes. For requests made by other means.
   */
  public String assertion() {
    return assertion(context.server().endpoint("/bootstrap"), Duration.ZERO);
  }

  private String assertion(URI endpoint, Duration skew) {
    MasterKeySigner signer = new MasterKeySigner(element);
    Instant now = context.clock().instant().plus(skew);
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(id())
            .subject(id())
            .audience(endpoint.toString())
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(ASSERTION_LIFE)))
            .jwtID(UUID.randomUUID().toString())
            .build();
    SignedJWT assertion =
        new SignedJWT(
            new JWSHeader.Builder(signer.algorithm()).type(JOSEObjectType.JWT).build(), claims);
    try {
      assertion.sign(signer);
    } catch (JOSEException e) {
      throw new SecureElementException(
          "the secure element's signature is unusable", "Check the secure element.", e);
    }
    return assertion.serialize();
  }

  /** What the last successful bootstrap gave, or nothing before the first. */
  public Optional<BootstrapResult> bootstrapResult() {
    return BootstrapResult.load(directory.bootstrapFile());
  }

  /**
   * A client that the bootstrap created.
   *
   * @param name its name, or {@code workflow.name}; empty for the only one
   * @throws ConfigurationException when the device is not bootstrapped or the name fits no client
   *     or several
   */
  public AuthorizedClient client(String name) {
    BootstrapResult result =
        bootstrapResult()
            .orElseThrow(
                () ->
                    new ConfigurationException(
                        "the device " + id() + " is not bootstrapped",
                        "Run wams bootstrap first."));
    List<ClientRegistration> fitting =
        result.clients().stream()
            .filter(c -> name.isEmpty() || name.equals(c.name()) || name.equals(c.qualifiedName()))
            .toList();
    if (fitting.size() != 1) {
      String known =
          String.join(
              ", ", result.clients().stream().map(ClientRegistration::qualifiedName).toList());
      throw new ConfigurationException(
          (fitting.isEmpty() ? "no client" : "more than one client")
              + " of "
              + id()
              + " fits "
              + (name.isEmpty() ? "an empty name" : "the name " + name),
          "Name one of: " + known + ".");
    }
    return client(fitting.get(0));
  }

  private AuthorizedClient client(ClientRegistration client) {
    return AuthorizedClient.onDevice(
        context,
        client.qualifiedName(),
        client.clientId(),
        authentication(client),
        directory.clientDirectory(client.qualifiedName()),
        element);
  }

  private ClientAuthentication authentication(ClientRegistration client) {
    List<String> methods = client.tokenEndpointAuthMethods();
    if (methods.contains("client_otp")) {
      return new ClientAuthentication.OneTimePassword(element);
    }
    String secret = client.clientSecret();
    if (secret != null && methods.contains("client_secret_basic")) {
      return new ClientAuthentication.SecretBasic(() -> secret, true);
    }
    if (secret != null && methods.contains("client_secret_post")) {
      return new ClientAuthentication.SecretPost(() -> secret, true);
    }
    return new ClientAuthentication.Unusable(client.qualifiedName());
  }

  /** Locks the secure element. */
  @Override
  public void close() {
    element.close();
  }
}
