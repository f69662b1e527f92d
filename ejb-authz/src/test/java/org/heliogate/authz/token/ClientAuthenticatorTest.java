package org.heliogate.authz.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.heliogate.authz.assertion.AssertionVerifier;
import org.heliogate.authz.assertion.SignedAssertion;
import org.heliogate.authz.ca.ClientCertificates;
import org.heliogate.authz.ca.VerifiedCertificate;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.ClientDirectory;
import org.heliogate.authz.client.ClientKeys;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.ClientStore;
import org.heliogate.authz.client.EnabledMethods;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.device.Device;
import org.heliogate.authz.device.Onboarding;
import org.heliogate.authz.device.OneTimePasswords;
import org.heliogate.authz.device.Standing;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.Digests;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.platform.Settings;
import org.heliogate.authz.platform.StoredValues;
import org.heliogate.authz.platform.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ClientAuthenticatorTest {

  private static final String ISSUER = "https://as.example";
  private static final ECKey KEY = key();
  private static final ECKey OTHER = key();
  private static final TestDatabase DATABASE = TestDatabase.create();

  private final MutableClock clock = new MutableClock();
  private final Map<String, RegisteredClient> registered = new HashMap<>();
  private final List<String> looks = new ArrayList<>();
  private final List<String> passwordChecks = new ArrayList<>();
  private final Set<X509Certificate> good = new HashSet<>();
  private @Nullable String issuedTo;

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  void authenticateWhenSecretIsRightThenTheClient() {
    register("c-1", AuthenticationMethod.CLIENT_SECRET_BASIC);
    assertThat(authenticator().authenticate(secret("c-1", "right")).clientId()).isEqualTo("c-1");
  }

  @Test
  void authenticateWhenAnythingIsWrongThenTheSameRefusal() throws Exception {
    register("c-1", AuthenticationMethod.CLIENT_SECRET_BASIC);
    register("post", AuthenticationMethod.CLIENT_SECRET_POST);
    registered.put("ended", client("ended", false, AuthenticationMethod.CLIENT_SECRET_BASIC));
    refused(secret("c-1", "wrong"));
    refused(secret("nobody", "right"));
    refused(secret("post", "right"));
    refused(secret("ended", "right"));
    refused(assertion("c-1", ISSUER, KEY));
    refused(assertion("nobody", ISSUER, KEY));
    refused(new ClientCredentials.OneTimePassword("c-1", "1.x"));
    refused(new ClientCredentials.Certificate("c-1", certificate("CN=hg-c-1")));
  }

  @Test
  void authenticateWhenKnownClientFailsThenTheDatabaseIsAskedAsForAnUnknownOne() {
    register("c-1", AuthenticationMethod.CLIENT_SECRET_BASIC);
    ClientAuthenticator authenticator = authenticator();
    authenticator.authenticate(secret("c-1", "right"));
    looks.clear();
    refused(authenticator, secret("c-1", "wrong"));
    refused(authenticator, secret("nobody", "wrong"));
    assertThat(looks).containsExactly("c-1", "nobody");
  }

  @Test
  void authenticateWhenClientIsUnknownThenItsPasswordIsCheckedAllTheSame() {
    refused(new ClientCredentials.OneTimePassword("nobody", "1.x"));
    assertThat(passwordChecks).containsExactly(" nobody 1.x");
  }

  @Test
  void authenticateWhenMethodIsSwitchedOffThenRefused() {
    register("c-1", AuthenticationMethod.CLIENT_SECRET_BASIC);
    refused(authenticator("client_secret_basic"), secret("c-1", "right"));
  }

  @Test
  void authenticateWhenAssertionIsRightThenOnce() throws Exception {
    register("c-1", AuthenticationMethod.PRIVATE_KEY_JWT);
    ClientCredentials credentials = assertion("c-1", ISSUER + "/oauth/token", KEY);
    assertThat(authenticator().authenticate(credentials).clientId()).isEqualTo("c-1");
    refused(credentials);
    assertThat(authenticator().authenticate(assertion("c-1", ISSUER, KEY))).isNotNull();
  }

  @Test
  void authenticateWhenAssertionIsForIssuerAndTokenEndpointThenGood() throws Exception {
    register("c-1", AuthenticationMethod.PRIVATE_KEY_JWT);
    String token = ISSUER + "/oauth/token";
    assertThat(authenticator().authenticate(assertion("c-1", List.of(ISSUER, token), KEY)))
        .isNotNull();
    refused(assertion("c-1", List.of(ISSUER, ISSUER + "/bootstrap"), KEY));
    refused(assertion("c-1", List.of(token, "https://other.example"), KEY));
  }

  @Test
  void authenticateWhenAssertionIsWrongThenItsIdentifierIsNotSpent() throws Exception {
    long before = spent();
    register("c-1", AuthenticationMethod.PRIVATE_KEY_JWT);
    refused(assertion("c-1", ISSUER, OTHER));
    refused(assertion("c-1", ISSUER + "/bootstrap", KEY));
    refused(assertion("c-1", ISSUER + "/oauth/introspect", KEY));
    refused(assertion("nobody", ISSUER, KEY));
    assertThat(spent()).isEqualTo(before);
  }

  @Test
  void authenticateWhenDevicesClientThenTheMasterKeySigns() throws Exception {
    String spki = Base64.getEncoder().encodeToString(KEY.toPublicKey().getEncoded());
    registered.put("d-1", device("d-1", spki, Standing.ACTIVE));
    registered.put("d-2", device("d-2", spki, Standing.SUSPENDED));
    assertThat(authenticator().authenticate(assertion("d-1", ISSUER, KEY)).clientId())
        .isEqualTo("d-1");
    refused(assertion("d-1", ISSUER, OTHER));
    refused(assertion("d-2", ISSUER, KEY));
  }

  @Test
  void authenticateWhenCertificateIsTheClientsThenTheClient() throws Exception {
    register("c-1", AuthenticationMethod.TLS_CLIENT_AUTH);
    X509Certificate own = certificate("CN=hg-c-1");
    good.add(own);
    assertThat(
            authenticator().authenticate(new ClientCredentials.Certificate("c-1", own)).clientId())
        .isEqualTo("c-1");
  }

  @Test
  void authenticateWhenCertificateIsAnothersOrNotGoodThenRefused() throws Exception {
    register("c-1", AuthenticationMethod.TLS_CLIENT_AUTH);
    X509Certificate others = certificate("CN=hg-c-2");
    good.add(others);
    refused(new ClientCredentials.Certificate("c-1", others));
    refused(new ClientCredentials.Certificate("c-1", certificate("CN=hg-c-1")));
    good.add(certificate("CN=nobody"));
    refused(new ClientCredentials.Certificate("nobody", good.iterator().next()));
  }

  @Test
  void authenticateWhenASubjectIsRegisteredThenItCountsInsteadOfTheUsername() throws Exception {
    registered.put(
        "c-1", client("c-1", true, "O=Grid,CN=estimator", AuthenticationMethod.TLS_CLIENT_AUTH));
    X509Certificate fitting = certificate("CN=estimator,O=Grid");
    X509Certificate turned = certificate("O=Grid,CN=estimator");
    X509Certificate own = certificate("CN=hg-c-1");
    good.addAll(List.of(fitting, turned, own));
    // The builder writes names in the order of the text, RFC 4514 from the end.
    assertThat(authenticator().authenticate(new ClientCredentials.Certificate("c-1", fitting)))
        .isNotNull();
    refused(new ClientCredentials.Certificate("c-1", turned));
    refused(new ClientCredentials.Certificate("c-1", own));
  }

  @Test
  void holderWhenTheCertificateIsGoodThenTheClientItWasIssuedToWhateverItsMethods()
      throws Exception {
    register("c-1", AuthenticationMethod.CLIENT_SECRET_BASIC);
    X509Certificate own = certificate("CN=hg-c-1");
    assertThat(authenticator().holder(own)).isEmpty();
    good.add(own);
    assertThat(authenticator().holder(own)).isEmpty();
    issuedTo = "c-1";
    assertThat(authenticator().holder(own)).map(RegisteredClient::clientId).contains("c-1");
  }

  @Test
  void holderWhenTheClientMayNotTakePartThenNobody() throws Exception {
    X509Certificate own = certificate("CN=hg-c-1");
    good.add(own);
    issuedTo = "c-1";
    registered.put("c-1", client("c-1", false, AuthenticationMethod.CLIENT_SECRET_BASIC));
    assertThat(authenticator().holder(own)).isEmpty();
    registered.put("c-1", device("c-1", "", Standing.SUSPENDED));
    assertThat(authenticator().holder(own)).isEmpty();
    registered.put("c-1", device("c-1", "", Standing.ACTIVE));
    assertThat(authenticator().holder(own)).isPresent();
  }

  private static long spent() {
    return DATABASE.inTransaction(
        em ->
            em.createQuery("select count(v) from OneTimeValueEntity v", Long.class)
                .getSingleResult());
  }

  private void refused(ClientCredentials credentials) {
    refused(authenticator(), credentials);
  }

  private static void refused(ClientAuthenticator authenticator, ClientCredentials credentials) {
    assertThatThrownBy(() -> authenticator.authenticate(credentials))
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CLIENT);
              assertThat(e).hasMessage("client authentication failed");
            });
  }

  private static ClientCredentials secret(String clientId, String secret) {
    return new ClientCredentials.Secret(AuthenticationMethod.CLIENT_SECRET_BASIC, clientId, secret);
  }

  private ClientCredentials assertion(String clientId, String audience, ECKey key)
      throws Exception {
    return assertion(clientId, List.of(audience), key);
  }

  private ClientCredentials assertion(String clientId, List<String> audience, ECKey key)
      throws Exception {
    Instant now = clock.instant();
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader(JWSAlgorithm.ES256),
            new JWTClaimsSet.Builder()
                .issuer(clientId)
                .subject(clientId)
                .audience(audience)
                .expirationTime(Date.from(now.plusSeconds(60)))
                .jwtID(UUID.randomUUID().toString())
                .build());
    jwt.sign(new ECDSASigner(key));
    return new ClientCredentials.Assertion(clientId, SignedAssertion.parse(jwt.serialize()));
  }

  private void register(String clientId, AuthenticationMethod method) {
    registered.put(clientId, client(clientId, true, method));
  }

  private RegisteredClient client(String clientId, boolean active, AuthenticationMethod method) {
    return client(clientId, active, null, method);
  }

  private RegisteredClient client(
      String clientId, boolean active, @Nullable String subject, AuthenticationMethod method) {
    return client(clientId, Optional.empty(), active, subject, method);
  }

  private RegisteredClient device(String clientId, String spki, Standing standing) {
    Device device =
        new Device(
            "SE-1",
            spki,
            Map.of(),
            List.of(),
            Onboarding.CONFIRMED,
            standing,
            clock.instant(),
            clock.instant(),
            0);
    return client(clientId, Optional.of(device), true, null, AuthenticationMethod.PRIVATE_KEY_JWT);
  }

  private RegisteredClient client(
      String clientId,
      Optional<Device> device,
      boolean active,
      @Nullable String subject,
      AuthenticationMethod method) {
    try {
      return new RegisteredClient(
          clientId,
          "hg-" + clientId,
          "name",
          device.isPresent() ? ClientKind.DEVICE : ClientKind.APPLICATION,
          device,
          Optional.empty(),
          active,
          Set.of(method),
          Set.of("uma_authorization"),
          true,
          false,
          Digests.sha256("right"),
          clock.instant(),
          Set.of(),
          clock.instant(),
          0,
          Optional.of(
              ClientKeys.of(new ObjectMapper().readTree("{\"keys\":[" + KEY.toPublicJWK() + "]}"))),
          subject);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private ClientAuthenticator authenticator(String... disabled) {
    Settings settings =
        new Settings(
            ISSUER,
            "http://localhost:8080/pki",
            "keys",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Set.of(disabled));
    return new ClientAuthenticator(
        new ClientDirectory(new Clients()),
        new EnabledMethods(settings),
        new Passwords(),
        new AssertionVerifier(clock, new SecureRandom()),
        StoredValues.in(DATABASE, clock),
        new Certificates(),
        settings);
  }

  @SuppressWarnings("NullAway") // what it overrides needs nothing of this
  private final class Clients extends ClientStore {
    Clients() {
      super(null);
    }

    @Override
    public Optional<RegisteredClient> load(String clientId) {
      looks.add(clientId);
      return Optional.ofNullable(registered.get(clientId));
    }

    @Override
    public Optional<Long> version(String clientId) {
      looks.add(clientId);
      return Optional.of(registered.get(clientId).version());
    }
  }

  @SuppressWarnings("NullAway") // what it overrides needs nothing of this
  private final class Passwords extends OneTimePasswords {
    Passwords() {
      super(null, null, null);
    }

    @Override
    public boolean spend(String masterId, String clientId, String password) {
      passwordChecks.add(masterId + " " + clientId + " " + password);
      return false;
    }
  }

  @SuppressWarnings("NullAway") // what it overrides needs nothing of this
  private final class Certificates extends ClientCertificates {
    Certificates() {
      super(null, null, clock);
    }

    @Override
    public Optional<VerifiedCertificate> verify(X509Certificate shown) {
      return good.contains(shown)
          ? Optional.of(
              new VerifiedCertificate(
                  "1", issuedTo, shown.getSubjectX500Principal(), "t", clock.instant()))
          : Optional.empty();
    }
  }

  private X509Certificate certificate(String name) throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("EC").generateKeyPair();
    X500Name subject = new X500Name(name);
    return new JcaX509CertificateConverter()
        .getCertificate(
            new JcaX509v3CertificateBuilder(
                    subject,
                    BigInteger.ONE,
                    Date.from(clock.instant()),
                    Date.from(clock.instant().plusSeconds(60)),
                    subject,
                    pair.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
  }

  private static ECKey key() {
    try {
      return new ECKeyGenerator(Curve.P_256).generate();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
