package org.heliogate.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;
import javax.security.auth.x500.X500Principal;
import org.heliogate.device.element.ApplicationKeys;
import org.heliogate.device.element.KeyAlgorithm;
import org.heliogate.device.element.SecureElement;
import org.heliogate.device.failure.PinRequiredException;
import org.heliogate.device.failure.RequestPendingException;
import org.heliogate.device.failure.RequestRefusedException;
import org.heliogate.device.failure.ServerUnreachableException;
import org.heliogate.device.http.Answer;
import org.heliogate.device.http.ClientTls;
import org.heliogate.device.http.RequestBody;
import org.heliogate.device.http.Trust;
import org.heliogate.device.state.ExclusiveLock;
import org.jspecify.annotations.Nullable;

/**
 * One client of the authorization server, on a device or elsewhere, with the three calls of D3.4.2
 * §3.3: {@link #securityBootstrap()}, {@link #getCredentials(String)} and {@link
 * #getPermission(String, String, String)}.
 *
 * <p>What it learns it keeps in its directory, shared with other processes. Safe for use by many
 * threads. Each call throws a {@link org.heliogate.device.failure.DeviceException} that says what
 * to do.
 */
public final class AuthorizedClient {

  private final ClientContext context;
  private final String name;
  private final Path directory;
  private final ApplicationKeys keys;
  private final @Nullable SecureElement element;
  private final AatSession session;
  private final UmaGrant grant;
  private final ExclusiveLock lock;

  private AuthorizedClient(
      ClientContext context,
      String name,
      String clientId,
      ClientAuthentication authentication,
      Path directory,
      ApplicationKeys keys,
      @Nullable SecureElement element) {
    this.context = context;
    this.name = name;
    this.directory = directory;
    this.keys = keys;
    this.element = element;
    this.session =
        new AatSession(
            context,
            clientId,
            authentication,
            new SecurityConfiguration(directory.resolve("security.json")));
    this.grant = new UmaGrant(context, session);
    this.lock = new ExclusiveLock(directory.resolve("credentials.lock"));
  }

  /** A client on a device, whose keys are in the device's secure element. */
  static AuthorizedClient onDevice(
      ClientContext context,
      String name,
      String clientId,
      ClientAuthentication authentication,
      Path directory,
      SecureElement element) {
    return new AuthorizedClient(
        context, name, clientId, authentication, directory, element, element);
  }

  /** A client with keys that need no PIN. */
  static AuthorizedClient withOpenKeys(
      ClientContext context,
      String name,
      String clientId,
      ClientAuthentication authentication,
      Path directory,
      ApplicationKeys keys) {
    return new AuthorizedClient(context, name, clientId, authentication, directory, keys, null);
  }

  /** The client's name on this device. */
  public String name() {
    return name;
  }

  /**
   * Authenticates the client and obtains an authorization API token, unless the security
   * configuration file holds one that is valid for another 30 seconds.
   */
  public void securityBootstrap() {
    session.ensure();
  }

  /**
   * The credentials for a resource server: those on disk until {@link Credentials#renewAt()},
   * otherwise new ones for a new key. When renewal fails and the old ones are still valid, the old
   * ones; not when the server refuses this client, which is for its user to know.
   *
   * @param resourceServer the resource server's ID, for example {@code mqtt}
   * @return the credentials; the right is already enforced by the resource server
   * @throws RequestPendingException when it is not enforced or approved in the time allowed
   */
  public Credentials getCredentials(String resourceServer) {
    CredentialsFile file = new CredentialsFile(directory, resourceServer);
    Instant now = context.clock().instant();
    Optional<Credentials> present = file.load();
    if (present.filter(c -> now.isBefore(c.renewAt())).isPresent()) {
      return present.get();
    }
    try {
      return renewCredentials(resourceServer);
    } catch (ServerUnreachableException | RequestPendingException | RequestRefusedException e) {
      boolean refused = e instanceof RequestRefusedException no && !no.isServersFault();
      return present.filter(c -> !refused && now.isBefore(c.expiresAt())).orElseThrow(() -> e);
    }
  }

  /**
   * Keeps credentials from ending: renews them in the background when it is time.
   *
   * @param present from {@link #getCredentials(String)}
   * @param listener is told of renewals and failures
   * @return the renewal, which goes on until it is closed
   */
  public CredentialRenewal keepRenewed(Credentials present, CredentialRenewal.Listener listener) {
    return new CredentialRenewal(this, present, listener, context.clock(), context.server().pause())
        .started();
  }

  /** New credentials if it is time for them, otherwise those on disk; fails if there are none. */
  Credentials renewCredentials(String resourceServer) {
    CredentialsFile file = new CredentialsFile(directory, resourceServer);
    return lock.holding(() -> renew(resourceServer, file));
  }

  private Credentials renew(String resourceServer, CredentialsFile file) {
    Optional<Credentials> present = file.load();
    if (present.filter(c -> context.clock().instant().isBefore(c.renewAt())).isPresent()) {
      return present.get();
    }
    return session.withToken(() -> obtain(resourceServer, file, present));
  }

  private Credentials obtain(
      String resourceServer, CredentialsFile file, Optional<Credentials> present) {
    String doing = "requesting credentials for " + resourceServer;
    ClientContext.Stopwatch ticketing = context.stopwatch();
    UmaGrant.FrontDoorAnswer door = grant.frontDoor(resourceServer, Map.of());
    SecurityProfile profile = SecurityProfile.x509(door.securityProfiles(), resourceServer);
    String subject = subject(resourceServer, present);
    Duration beforeKey = ticketing.elapsed();

    KeyChain chain = new KeyChain(context, keys, name, resourceServer);
    String alias = chain.next(profile.algorithm(), present.map(Credentials::keyAlias));

    ClientContext.Stopwatch redeeming = context.stopwatch();
    byte[] request = keys.certificationRequest(alias, new X500Principal(subject));
    String csr = Base64.getEncoder().encodeToString(request);
    Answer answer = grant.redeemPatiently(door.ticket(), Map.of("csr", csr), doing);
    Credentials credentials = credentials(answer, resourceServer, profile.uri(), alias, doing);
    context.listener().completed(Step.TICKET_TO_CERTIFICATE, beforeKey.plus(redeeming.elapsed()));
    file.store(credentials);
    chain.keepOnly(alias);
    return credentials;
  }

  /** The subject to ask a certificate for; asking the server also brings the PIN. */
  private String subject(String resourceServer, Optional<Credentials> present) {
    if (present.isPresent() && (element == null || element.isUnlocked())) {
      return "CN=" + present.get().username();
    }
    return askForPin(resourceServer);
  }

  private String askForPin(String resourceServer) {
    String doing = "asking for the certificate subject";
    Answer answer =
        context
            .server()
            .post(
                context.server().endpoint("/csr"),
                () -> RequestBody.json(Map.of("resource_server", resourceServer)),
                session.authorization());
    if (!answer.isOk()) {
      throw answer.refusal(doing);
    }
    if (element != null && !element.isUnlocked()) {
      String pin = answer.body().path("pin").asText("");
      if (pin.isEmpty()) {
        throw new PinRequiredException(
            "the server hands out no PIN for this device",
            "Set return-pin: true in the device's workflow, if it is meant to have keys.");
      }
      element.presentPin(pin.toCharArray());
    }
    return answer.required("subject", doing);
  }

  private Credentials credentials(
      Answer answer, String resourceServer, URI uri, String alias, String doing) {
    JsonNode issued = answer.body().path("credentials");
    String certificate = issued.path("certificate").asText("");
    String authorities = issued.path("ca_certificates").asText("");
    String username = issued.path("username").asText("");
    if (certificate.isEmpty() || authorities.isEmpty() || username.isEmpty()) {
      throw answer.invalid(doing, "it holds no certificate");
    }
    X509Certificate own = Trust.certificates(certificate, "the server's answer").get(0);
    if (!own.getPublicKey().equals(keys.publicKey(alias))) {
      throw answer.invalid(doing, "the certificate is for another key");
    }
    if (!own.getSubjectX500Principal().equals(new X500Principal("CN=" + username))) {
      throw answer.invalid(doing, "the certificate is for another name");
    }
    return new Credentials(resourceServer, uri, username, alias, certificate, authorities);
  }

  /**
   * A TLS context that uses these credentials, as {@link #tls(Credentials)}, for clients that take
   * one.
   *
   * @param credentials from {@link #getCredentials(String)}
   */
  public SSLContext sslContext(Credentials credentials) {
    return tls(credentials).sslContext();
  }

  /**
   * Key and trust of these credentials. When the secure element is locked, this asks the server for
   * the PIN first.
   *
   * @param credentials from {@link #getCredentials(String)}
   */
  public ClientTls tls(Credentials credentials) {
    if (element != null && !element.isUnlocked()) {
      ClientContext.Stopwatch stopwatch = context.stopwatch();
      session.withToken(() -> askForPin(credentials.resourceServer()));
      context.listener().completed(Step.PIN, stopwatch.elapsed());
    }
    return credentials.tls(keys);
  }

  /**
   * Asks for a right on a resource.
   *
   * @param resourceServer the resource server's ID
   * @param resource the resource's name, for example a topic
   * @param scope the server's verbs, separated by spaces, for example {@code publish}
   * @return granted (and enforced), denied, or pending; this call does not wait
   */
  public Permission getPermission(String resourceServer, String resource, String scope) {
    String doing = "requesting permission on " + resourceServer;
    return session.withToken(
        () -> {
          UmaGrant.FrontDoorAnswer door =
              grant.frontDoor(resourceServer, Map.of("resource", resource, "scope", scope));
          Answer answer = grant.redeem(door.ticket(), Map.of());
          if (answer.isOk()) {
            return granted(answer, doing);
          }
          if (answer.error().equals("request_denied")) {
            return new Permission.Denied();
          }
          if (UmaGrant.isSubmitted(answer)) {
            return new Permission.Pending(UmaGrant.pending(answer));
          }
          throw answer.refusal(doing);
        });
  }

  private Permission granted(Answer answer, String doing) {
    String token = answer.required("access_token", doing);
    Duration life = Duration.ofSeconds(answer.body().path("expires_in").asLong(0));
    try {
      List<Permission.Right> rights = new ArrayList<>();
      Object permissions = SignedJWT.parse(token).getJWTClaimsSet().getClaim("permissions");
      if (permissions instanceof List<?> entries) {
        for (Object entry : entries) {
          if (entry instanceof Map<?, ?> right) {
            rights.add(right(right));
          }
        }
      }
      return new Permission.Granted(token, rights, context.clock().instant().plus(life));
    } catch (ParseException e) {
      throw answer.invalid(doing, "its token is no JWT");
    }
  }

  private static Permission.Right right(Map<?, ?> permission) {
    Object resourceName = permission.get("resource_name");
    Object resource = resourceName == null ? permission.get("resource_id") : resourceName;
    Set<String> scopes = new TreeSet<>();
    if (permission.get("resource_scopes") instanceof List<?> verbs) {
      verbs.forEach(verb -> scopes.add(String.valueOf(verb)));
    }
    return new Permission.Right(String.valueOf(resource), scopes);
  }

  /** Tells this client's listener of a step that was done with its credentials. */
  public void completed(Step step, Duration took) {
    context.listener().completed(step, took);
  }

  /** Makes the key pair for a resource server ahead of its certificate; the PIN is presented. */
  void prepareKey(String resourceServer) {
    KeyChain chain = new KeyChain(context, keys, name, resourceServer);
    chain.clear();
    chain.next(KeyAlgorithm.EC_P256, Optional.empty());
  }

  /** Forgets tokens and credentials, which a new bootstrap has made void. */
  void forget(Iterable<String> resourceServers) {
    session.forget();
    resourceServers.forEach(server -> new CredentialsFile(directory, server).delete());
  }
}
