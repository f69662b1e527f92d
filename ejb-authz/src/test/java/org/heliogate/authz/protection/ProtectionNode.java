package org.heliogate.authz.protection;

import jakarta.persistence.EntityManager;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.heliogate.authz.assertion.AssertionVerifier;
import org.heliogate.authz.audit.AuditTally;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.ClientDirectory;
import org.heliogate.authz.client.ClientSecrets;
import org.heliogate.authz.client.ClientService;
import org.heliogate.authz.client.ClientStore;
import org.heliogate.authz.client.EnabledMethods;
import org.heliogate.authz.device.OneTimePasswords;
import org.heliogate.authz.grant.Entitlements;
import org.heliogate.authz.grant.GrantStore;
import org.heliogate.authz.grant.RoleStore;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.platform.CurrentEntityManager;
import org.heliogate.authz.platform.Observers;
import org.heliogate.authz.platform.OneTimeValues;
import org.heliogate.authz.platform.Settings;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.authz.platform.TestEvent;
import org.heliogate.authz.platform.TestOneTimeValues;
import org.heliogate.authz.platform.TestSealer;
import org.heliogate.authz.platform.TokenKeyRing;
import org.heliogate.authz.platform.TokenKeyStore;
import org.heliogate.authz.resource.RegisteredResources;
import org.heliogate.authz.resource.ResourceProxies;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.authz.resource.StoredResources;
import org.heliogate.authz.resource.StoredServers;
import org.heliogate.authz.signing.HsmSigningPairs;
import org.heliogate.authz.signing.RotationPeriod;
import org.heliogate.authz.signing.SigningKeyRotation;
import org.heliogate.authz.signing.SigningKeyStore;
import org.heliogate.authz.signing.SigningKeys;
import org.heliogate.authz.token.AatCounters;
import org.heliogate.authz.token.AuthorizationApiTokens;
import org.heliogate.authz.token.ClientAuthenticator;
import org.heliogate.authz.token.DeviceConfirmation;
import org.heliogate.authz.token.LiveTokens;
import org.heliogate.authz.token.RevokedTokens;
import org.heliogate.authz.token.SignedTokens;
import org.heliogate.authz.token.TokenAuthenticator;
import org.heliogate.authz.token.TokenService;
import org.heliogate.authz.uma.Assessment;
import org.heliogate.authz.uma.PermissionTickets;
import org.heliogate.authz.uma.TestGrants;
import org.heliogate.authz.uma.TokenScopes;
import org.heliogate.authz.uma.UmaGrantService;
import org.heliogate.hsm.Pkcs12KeyStoreSource;
import org.heliogate.hsm.TokenKeyPairs;
import org.heliogate.hsm.TokenKeys;

/** The services of one node that tokens and tickets pass through, put together by hand. */
@SuppressWarnings("NullAway") // No device and no proxied server takes part.
final class ProtectionNode implements AutoCloseable {

  private static final String PASSWORD = "test-password";

  final TestDatabase database = TestDatabase.create();
  final CurrentEntityManager current = new CurrentEntityManager(database);
  final RoleStore roles;
  final ClientService clientService;
  final ClientDirectory directory;
  final SelfRegistration selfRegistration;
  final ResourceSets resourceSets;
  final PermissionRequests requests;
  final ClientAuthenticator clientAuthenticator;
  final TokenService tokenService;
  final TokenAuthenticator authenticator;
  final SignedTokens signedTokens;
  final Introspection introspection;
  final UmaGrantService grants;
  private final TestEvent<ChangeNotice> events = new TestEvent<>();
  private final Observers observers;
  private int heard;

  ProtectionNode(Path directoryForKeys, Clock clock) throws Exception {
    EntityManager em = current.proxy();
    SecureRandom random = new SecureRandom();
    ChangeNotices notices = new ChangeNotices(em, clock, events);
    AuditTrail audit = new AuditTrail(em, clock);
    AuditTally tally = new AuditTally(audit, clock);
    roles = new RoleStore(em, notices);
    directory = new ClientDirectory(new ClientStore(em));
    clientService = new ClientService(em, new ClientSecrets(random), notices, audit, clock);
    ResourceServers servers =
        new ResourceServers(
            em, new StoredServers(em), new ResourceProxies(), notices, audit, clock);
    selfRegistration = new SelfRegistration(servers, clientService);
    TokenScopes scopes = new TokenScopes();
    RegisteredResources resources = new RegisteredResources(em, new StoredResources(em), notices);
    RevokedTokens revoked = new RevokedTokens(em, notices, clock);
    resourceSets = new ResourceSets(em, servers, resources, scopes, revoked, audit, clock);
    TokenKeyRing ring =
        new TokenKeyRing(new TokenKeyStore(em, new TestSealer(), random, clock), clock);
    PermissionTickets tickets = new PermissionTickets(ring, random, clock);
    requests = new PermissionRequests(servers, resources, tickets);
    SigningKeys keys = signingKeys(directoryForKeys.resolve("keys.p12"), em, notices, audit, clock);
    AuthorizationApiTokens apiTokens = new AuthorizationApiTokens(ring, random, clock);
    Settings settings =
        new Settings(
            "https://localhost:8443",
            "http://localhost:8080/pki",
            "keys",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Set.of());
    signedTokens = new SignedTokens(keys, settings, random, clock);
    LiveTokens liveTokens = new LiveTokens(apiTokens, signedTokens, revoked, directory);
    OneTimeValues oneTimeValues = TestOneTimeValues.in(em, clock);
    clientAuthenticator =
        new ClientAuthenticator(
            directory,
            new EnabledMethods(settings),
            new OneTimePasswords(em, new TestSealer(), audit),
            new AssertionVerifier(clock, random),
            oneTimeValues,
            null,
            settings);
    DeviceConfirmation confirmation = new DeviceConfirmation(null);
    tokenService = new TokenService(apiTokens, signedTokens, confirmation, tally);
    authenticator = new TokenAuthenticator(apiTokens, new AatCounters(em), liveTokens, null, null);
    Entitlements entitlements = new Entitlements(roles, new GrantStore(em), servers, clock);
    Assessment assessment = new Assessment(servers, entitlements, resources, revoked);
    introspection = new Introspection(liveTokens, servers, assessment, scopes);
    grants =
        TestGrants.forTokens(
            em,
            clock,
            tickets,
            oneTimeValues,
            servers,
            resources,
            entitlements,
            revoked,
            liveTokens,
            signedTokens);
    observers = new Observers(directory, entitlements, servers, resources, revoked, keys);
  }

  private SigningKeys signingKeys(
      Path file, EntityManager em, ChangeNotices notices, AuditTrail audit, Clock clock)
      throws Exception {
    KeyStore empty = KeyStore.getInstance("PKCS12");
    empty.load(null, null);
    try (OutputStream out = Files.newOutputStream(file)) {
      empty.store(out, PASSWORD.toCharArray());
    }
    TokenKeys held = new TokenKeys(new Pkcs12KeyStoreSource(file, PASSWORD::toCharArray), clock);
    HsmSigningPairs pairs =
        new HsmSigningPairs(held, new TokenKeyPairs(held, clock), new TestSealer());
    SigningKeyStore store = new SigningKeyStore(em, notices, audit, clock);
    SigningKeys keys = new SigningKeys(store, pairs, clock);
    within(
        () ->
            new SigningKeyRotation(
                    store,
                    keys,
                    pairs,
                    new RotationPeriod(RotationPeriod.MAX),
                    new SecureRandom(),
                    clock)
                .ensure());
    return keys;
  }

  /** A request's work, after which the node's memory hears what has changed. */
  <T> T within(Supplier<T> work) {
    T result = current.within(work);
    while (observers != null && heard < events.fired().size()) {
      observers.hear(events.fired().get(heard));
      heard++;
    }
    return result;
  }

  @Override
  public void close() {
    database.close();
  }
}
