package org.heliogate.authz.token;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.heliogate.authz.assertion.AssertionVerifier;
import org.heliogate.authz.assertion.ProvenAssertion;
import org.heliogate.authz.assertion.SignedAssertion;
import org.heliogate.authz.assertion.UnprovenException;
import org.heliogate.authz.ca.ClientCertificates;
import org.heliogate.authz.client.ClientDirectory;
import org.heliogate.authz.client.EnabledMethods;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.device.Device;
import org.heliogate.authz.device.OneTimePasswords;
import org.heliogate.authz.device.Standing;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.AlreadySpentException;
import org.heliogate.authz.platform.Digests;
import org.heliogate.authz.platform.OneTimeValues;
import org.heliogate.authz.platform.Settings;

/**
 * The check of client credentials (RFC 6749 §2.3). Every failure looks the same and costs the same
 * work: a client that nobody knows, one that may not use the method, and a wrong proof.
 */
@ApplicationScoped
public class ClientAuthenticator {

  private static final String NO_HASH = Digests.sha256("no client has this secret");
  private static final String NO_DEVICE = "";
  private static final X500Principal NO_SUBJECT = new X500Principal("CN=nobody");

  private final ClientDirectory clients;
  private final EnabledMethods methods;
  private final OneTimePasswords oneTimePasswords;
  private final AssertionVerifier assertions;
  private final OneTimeValues oneTimeValues;
  private final ClientCertificates certificates;
  private final AssertionVerifier.Terms terms;

  /** An authenticator of the registered clients. */
  @Inject
  public ClientAuthenticator(
      ClientDirectory clients,
      EnabledMethods methods,
      OneTimePasswords oneTimePasswords,
      AssertionVerifier assertions,
      OneTimeValues oneTimeValues,
      ClientCertificates certificates,
      Settings settings) {
    this.clients = clients;
    this.methods = methods;
    this.oneTimePasswords = oneTimePasswords;
    this.assertions = assertions;
    this.oneTimeValues = oneTimeValues;
    this.certificates = certificates;
    this.terms =
        new AssertionVerifier.Terms(
            Set.of(settings.issuer(), settings.issuer() + "/oauth/token"), false, false);
  }

  /**
   * Proves who a client is.
   *
   * @throws RequestException {@link ErrorCode#INVALID_CLIENT} for an unknown or revoked client, a
   *     method that it may not use or that is switched off, a wrong secret, a one-time password or
   *     assertion that is wrong or replayed, a certificate that is not the client's or not good any
   *     more, or a device that may not take part
   */
  public RegisteredClient authenticate(ClientCredentials credentials) {
    Optional<RegisteredClient> known = clients.find(credentials.clientId());
    Optional<RegisteredClient> client =
        known.filter(
            found ->
                methods.contains(credentials.method())
                    && found.authentication().contains(credentials.method()));
    if (proves(client, credentials)
        && client.filter(ClientAuthenticator::mayTakePart).isPresent()) {
      return client.get();
    }
    known.ifPresent(clients::lookAgain);
    throw new RequestException(ErrorCode.INVALID_CLIENT, "client authentication failed");
  }

  /**
   * The client that a certificate was issued to, as renewal has it (RFC 7030 §3.3.2), whatever the
   * methods are that it is registered for.
   *
   * @param shown a certificate whose private key the handshake has proven
   * @return empty unless the certificate is good now, and the client and its device may take part
   */
  public Optional<RegisteredClient> holder(X509Certificate shown) {
    return certificates
        .verify(shown)
        .flatMap(verified -> Optional.ofNullable(verified.clientId()))
        .flatMap(clients::find)
        .filter(ClientAuthenticator::mayTakePart);
  }

  /** Whether a client, and the device that it runs on, may be used at all. */
  static boolean mayTakePart(RegisteredClient client) {
    return client.active()
        && client.device().map(device -> device.standing() == Standing.ACTIVE).orElse(true);
  }

  private boolean proves(Optional<RegisteredClient> client, ClientCredentials credentials) {
    if (credentials instanceof ClientCredentials.Secret secret) {
      return secretMatches(client, secret.secret());
    }
    if (credentials instanceof ClientCredentials.OneTimePassword password) {
      return passwordMatches(client, password);
    }
    if (credentials instanceof ClientCredentials.Assertion assertion) {
      return assertionMatches(client, assertion.assertion());
    }
    return credentials instanceof ClientCredentials.Certificate certificate
        && certificateMatches(client, certificate);
  }

  private static boolean secretMatches(Optional<RegisteredClient> client, String secret) {
    String expected = client.map(RegisteredClient::secretHash).orElse(NO_HASH);
    return Digests.equal(expected, Digests.sha256(secret)) && client.isPresent();
  }

  private boolean passwordMatches(
      Optional<RegisteredClient> client, ClientCredentials.OneTimePassword shown) {
    String masterId =
        client.flatMap(RegisteredClient::device).map(Device::masterId).orElse(NO_DEVICE);
    return oneTimePasswords.spend(masterId, shown.clientId(), shown.password());
  }

  private boolean assertionMatches(Optional<RegisteredClient> client, SignedAssertion assertion) {
    List<PublicKey> keys = client.map(found -> keys(found, assertion)).orElse(List.of());
    try {
      ProvenAssertion proven = assertions.verify(assertion, keys, terms);
      oneTimeValues.spend("client-assertion", proven.subject(), proven.id(), proven.expiresAt());
      return true;
    } catch (UnprovenException | AlreadySpentException e) {
      return false;
    }
  }

  /** The client's registered keys; for a device's client that of the secure element. */
  private static List<PublicKey> keys(RegisteredClient client, SignedAssertion assertion) {
    if (client.device().isPresent()) {
      return assertion.keysIn(client.device().get().publicKey());
    }
    return assertion
        .algorithm()
        .flatMap(
            algorithm -> client.keys().map(keys -> keys.candidates(assertion.keyId(), algorithm)))
        .orElse(List.of());
  }

  private boolean certificateMatches(
      Optional<RegisteredClient> client, ClientCredentials.Certificate certificate) {
    X500Principal expected = client.map(RegisteredClient::tlsSubject).orElse(NO_SUBJECT);
    return certificates
            .verify(certificate.shown())
            .filter(verified -> verified.subject().equals(expected))
            .isPresent()
        && client.isPresent();
  }
}
