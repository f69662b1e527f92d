package org.heliogate.authz.token;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.heliogate.authz.assertion.AssertionVerifier;
import org.heliogate.authz.assertion.SignedAssertion;
import org.heliogate.authz.assertion.UnprovenException;
import org.heliogate.authz.ca.ClientCertificates;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.ClientDirectory;
import org.heliogate.authz.client.ClientKeys;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.ClientStore;
import org.heliogate.authz.client.EnabledMethods;
import org.heliogate.authz.client.InvalidKeysException;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.device.Device;
import org.heliogate.authz.device.Onboarding;
import org.heliogate.authz.device.OneTimePasswords;
import org.heliogate.authz.device.Standing;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.platform.Settings;
import org.heliogate.authz.platform.StoredValues;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.fuzz.Cases;
import org.heliogate.fuzz.Chance;
import org.heliogate.fuzz.CompactText;
import org.heliogate.fuzz.JsonText;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The assertions of clients ({@code private_key_jwt}), attacked. */
class ClientAuthenticatorFuzzTest {

  private static final String ISSUER = "https://as.example";
  private static final String P1363 = "SHA256withECDSAinP1363Format";
  private static final int LATEST = 360;
  private static final int POOL = 200;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TestDatabase DATABASE = TestDatabase.create();

  private final MutableClock clock = new MutableClock();
  private final Map<String, RegisteredClient> registered = new HashMap<>();
  private final Signer application = application("c-ec", "ES256", P1363, pair("EC"));
  private final Signer other = application("c-other", "ES256", P1363, pair("EC"));
  private final Signer device = device("d-1", Standing.ACTIVE);
  private final List<Signer> signers =
      List.of(
          application,
          other,
          device,
          application("c-ed", "EdDSA", "Ed25519", pair("Ed25519")),
          application("c-rsa", "RS256", "SHA256withRSA", pair("RSA")));
  private final List<Signer> barred =
      List.of(
          device("d-2", Standing.SUSPENDED),
          changed("c-ended", false, AuthenticationMethod.PRIVATE_KEY_JWT),
          changed("c-secret", true, AuthenticationMethod.CLIENT_SECRET_BASIC));
  private final ClientAuthenticator authenticator = authenticator();

  /** A client with its key and what signs by it. */
  private record Signer(String id, KeyPair key, String algorithm, String signature) {}

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  void authenticateWhenAttackedThenOnlyWhoHasSignedAndOnce() {
    long before = spent();
    AtomicLong accepted = new AtomicLong();
    List<String> pool =
        IntStream.range(0, POOL).mapToObj(i -> good(signers.get(i % signers.size()))).toList();
    Cases.each(
        chance -> {
          int which = chance.below(POOL);
          String good = pool.get(which);
          String attack = CompactText.mutated(chance, good);
          Optional<String> client = authenticate(attack);
          if (client.isPresent()) {
            accepted.incrementAndGet();
            assertThat(client).contains(signers.get(which % signers.size()).id());
            assertThat(attack).startsWith(good.substring(0, good.lastIndexOf('.') + 1));
            assertThat(authenticate(good)).as("it counts once, however it is spelt").isEmpty();
          }
        });
    assertThat(spent() - before).isEqualTo(accepted.get());
  }

  @Test
  void authenticateWhenTheClientItselfIsHostileThenRefusedOrWithinTheRules() {
    long before = spent();
    AtomicLong accepted = new AtomicLong();
    Cases.each(
        chance -> {
          Signer signer = some(chance);
          String header = header(signer);
          if (chance.oneIn(2)) {
            header =
                JsonText.object()
                    .withText("alg", signer.algorithm())
                    .withText("kid", chance.of(signer.id(), other.id(), chance.text()))
                    .mutated(chance)
                    .broken(chance);
          }
          if (chance.oneIn(4)) {
            header =
                header.replaceFirst(
                    "\\{", Matcher.quoteReplacement("{" + CompactText.header(chance) + ","));
          }
          String claims = hostile(chance, signer.id()).mutated(chance).broken(chance);
          Optional<String> client = authenticate(signed(signer, header, claims));
          if (client.isPresent()) {
            accepted.incrementAndGet();
            assertThat(client).contains(signer.id());
            checkRules(signer, JSON.readTree(claims));
          }
        });
    assertThat(spent() - before).isEqualTo(accepted.get());
  }

  @Test
  void authenticateWhenTheKeyIsAnothersOrTheClientIsBarredThenRefused() {
    long before = spent();
    List<String> attacks = new ArrayList<>(barred.stream().map(this::good).toList());
    for (Signer thief : signers) {
      for (Signer victim : signers) {
        if (thief != victim) {
          attacks.addAll(thefts(thief, victim));
        }
      }
    }
    Cases.each(
        chance -> {
          String attack = chance.of(attacks);
          if (chance.oneIn(2)) {
            attack = CompactText.mutated(chance, attack);
          }
          assertThat(authenticate(attack)).as(attack).isEmpty();
        });
    // Who is barred by standing has proven who it is, so that its assertion is used up.
    assertThat(spent() - before).isLessThanOrEqualTo(2);
  }

  @Test
  void authenticateWhenPublicKeyIsTakenForASecretThenRefused() {
    long before = spent();
    Cases.each(
        chance -> {
          Signer victim = chance.of(signers);
          String algorithm = chance.of("HS256", "HS384", "HS512", "none", "hs256");
          String input =
              encoded("{\"alg\":\"" + algorithm + "\"}")
                  + '.'
                  + encoded(claims(chance.secret(), victim.id()));
          String attack = input + '.' + maced(chance, victim, input);
          assertThat(authenticate(attack)).as(attack).isEmpty();
        });
    assertThat(spent()).isEqualTo(before);
  }

  /** What a client signs by its key in the name of another one, in every way to name the key. */
  private List<String> thefts(Signer thief, Signer victim) {
    List<String> thefts = new ArrayList<>();
    for (String algorithm : List.of(thief.algorithm(), victim.algorithm())) {
      for (String kid : List.of(thief.id(), victim.id())) {
        String header = "{\"alg\":\"%s\",\"kid\":\"%s\"}".formatted(algorithm, kid);
        thefts.add(signed(thief, header, claims(UUID.randomUUID().toString(), victim.id())));
      }
    }
    return thefts;
  }

  private String good(Signer signer) {
    return signed(signer, header(signer), claims(UUID.randomUUID().toString(), signer.id()));
  }

  /** Mostly one that signs fast. */
  private Signer some(Chance chance) {
    return chance.oneIn(20) ? chance.of(signers) : chance.of(application, other, device);
  }

  /** Who an assertion proves; any exception but the declared ones fails the case. */
  private Optional<String> authenticate(String text) {
    try {
      SignedAssertion assertion = SignedAssertion.parse(text);
      return assertion
          .subject()
          .map(id -> new ClientCredentials.Assertion(id, assertion))
          .map(authenticator::authenticate)
          .map(RegisteredClient::clientId);
    } catch (UnprovenException e) {
      assertThat(e).hasMessage("malformed assertion");
      return Optional.empty();
    } catch (RequestException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CLIENT);
      assertThat(e).hasMessage("client authentication failed");
      return Optional.empty();
    }
  }

  private void checkRules(Signer signer, JsonNode claims) {
    assertThat(claims.path("iss").textValue()).isEqualTo(signer.id());
    assertThat(claims.path("sub").textValue()).isEqualTo(signer.id());
    JsonNode audience = claims.path("aud");
    assertThat(audience.isArray() && audience.isEmpty()).isFalse();
    for (JsonNode one : audience.isArray() ? audience : List.of(audience)) {
      assertThat(one.textValue()).isIn(ISSUER, ISSUER + "/oauth/token");
    }
    assertThat(claims.path("jti").textValue()).isNotEmpty().hasSizeLessThanOrEqualTo(128);
    assertThat(claims.path("exp").asDouble() - clock.instant().getEpochSecond())
        .isGreaterThan(-60)
        .isLessThanOrEqualTo(LATEST);
  }

  private String claims(String jti, String id) {
    return JsonText.object()
        .withText("iss", id)
        .withText("sub", id)
        .withText("aud", ISSUER)
        .withText("jti", jti)
        .with("exp", Long.toString(clock.instant().getEpochSecond() + 60))
        .toString();
  }

  private static String audience(Chance chance) {
    String one = JsonText.quoted(audienceText(chance));
    return chance.oneIn(3)
        ? '[' + one + ',' + chance.of("null", JsonText.quoted(audienceText(chance))) + ']'
        : one;
  }

  private static String audienceText(Chance chance) {
    return chance.of(ISSUER, ISSUER, ISSUER + "/oauth/token", ISSUER + "/", ISSUER + "/csr");
  }

  private JsonText hostile(Chance chance, String id) {
    JsonText claims =
        JsonText.object()
            .withText("iss", chance.oneIn(10) ? chance.of(other.id(), chance.text()) : id)
            .withText("sub", chance.oneIn(10) ? chance.of(other.id(), chance.text()) : id)
            .with("aud", audience(chance))
            .withText("jti", chance.secret())
            .with("exp", number(chance));
    if (chance.oneIn(2)) {
      claims = claims.with("iat", number(chance));
    }
    return chance.oneIn(4) ? claims.with("nbf", number(chance)) : claims;
  }

  private String number(Chance chance) {
    long now = clock.instant().getEpochSecond();
    return chance.oneIn(6) ? chance.number() : Long.toString(now + chance.below(500) - 100);
  }

  private static String header(Signer signer) {
    return "{\"alg\":\"" + signer.algorithm() + "\"}";
  }

  private static String signed(Signer signer, String header, String claims) {
    String input = encoded(header) + '.' + encoded(claims);
    try {
      Signature signature = Signature.getInstance(signer.signature());
      signature.initSign(signer.key().getPrivate());
      signature.update(input.getBytes(US_ASCII));
      return input + '.' + ENCODER.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String maced(Chance chance, Signer victim, String input)
      throws GeneralSecurityException {
    byte[] spki = victim.key().getPublic().getEncoded();
    byte[] key =
        chance.of(
            spki, Base64.getEncoder().encode(spki), jwk(victim).toJSONString().getBytes(UTF_8));
    Mac mac = Mac.getInstance(chance.of("HmacSHA256", "HmacSHA384", "HmacSHA512"));
    mac.init(new SecretKeySpec(key, "RAW"));
    return chance.oneIn(8) ? "" : ENCODER.encodeToString(mac.doFinal(input.getBytes(US_ASCII)));
  }

  private static String encoded(String text) {
    return ENCODER.encodeToString(text.getBytes(UTF_8));
  }

  private static long spent() {
    return DATABASE.inTransaction(
        em ->
            em.createQuery("select count(v) from OneTimeValueEntity v", Long.class)
                .getSingleResult());
  }

  private Signer application(String id, String algorithm, String signature, KeyPair key) {
    Signer signer = new Signer(id, key, algorithm, signature);
    registered.put(
        id, client(signer, Optional.empty(), true, AuthenticationMethod.PRIVATE_KEY_JWT));
    return signer;
  }

  private Signer changed(String id, boolean active, AuthenticationMethod method) {
    Signer signer = new Signer(id, pair("EC"), "ES256", P1363);
    registered.put(id, client(signer, Optional.empty(), active, method));
    return signer;
  }

  private Signer device(String id, Standing standing) {
    Signer signer = new Signer(id, pair("EC"), "ES256", P1363);
    String spki = Base64.getEncoder().encodeToString(signer.key().getPublic().getEncoded());
    Device device =
        new Device(
            "SE-" + id,
            spki,
            Map.of(),
            List.of(),
            Onboarding.CONFIRMED,
            standing,
            clock.instant(),
            clock.instant(),
            0);
    registered.put(
        id, client(signer, Optional.of(device), true, AuthenticationMethod.PRIVATE_KEY_JWT));
    return signer;
  }

  private RegisteredClient client(
      Signer signer, Optional<Device> device, boolean active, AuthenticationMethod method) {
    return new RegisteredClient(
        signer.id(),
        "hg-" + signer.id(),
        "name",
        device.isPresent() ? ClientKind.DEVICE : ClientKind.APPLICATION,
        device,
        Optional.empty(),
        active,
        Set.of(method),
        Set.of("uma_authorization"),
        true,
        false,
        null,
        clock.instant(),
        Set.of(),
        clock.instant(),
        0,
        device.isPresent() ? Optional.empty() : Optional.of(keys(signer)),
        null);
  }

  private static ClientKeys keys(Signer signer) {
    try {
      return ClientKeys.of(JSON.readTree("{\"keys\":[" + jwk(signer).toJSONString() + "]}"));
    } catch (InvalidKeysException | JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JWK jwk(Signer signer) {
    if (signer.key().getPublic() instanceof ECPublicKey ec) {
      return new ECKey.Builder(Curve.P_256, ec).keyID(signer.id()).build();
    }
    if (signer.key().getPublic() instanceof RSAPublicKey rsa) {
      return new RSAKey.Builder(rsa).keyID(signer.id()).build();
    }
    byte[] spki = signer.key().getPublic().getEncoded();
    Base64URL x = Base64URL.encode(Arrays.copyOfRange(spki, spki.length - 32, spki.length));
    return new OctetKeyPair.Builder(Curve.Ed25519, x).keyID(signer.id()).build();
  }

  private static KeyPair pair(String algorithm) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (algorithm.equals("EC")) {
        generator.initialize(new ECGenParameterSpec("secp256r1"));
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("NullAway") // no password or certificate is shown
  private ClientAuthenticator authenticator() {
    Settings settings =
        new Settings(
            ISSUER,
            "http://localhost:8080/pki",
            "keys",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Set.of());
    return new ClientAuthenticator(
        new ClientDirectory(new Clients()),
        new EnabledMethods(settings),
        new OneTimePasswords(null, null, null),
        new AssertionVerifier(clock, new SecureRandom()),
        StoredValues.in(DATABASE, clock),
        new ClientCertificates(null, null, clock),
        settings);
  }

  @SuppressWarnings("NullAway") // what it overrides needs nothing of this
  private final class Clients extends ClientStore {
    Clients() {
      super(null);
    }

    @Override
    public Optional<RegisteredClient> load(String clientId) {
      return Optional.ofNullable(registered.get(clientId));
    }

    @Override
    public Optional<Long> version(String clientId) {
      return Optional.of(registered.get(clientId).version());
    }
  }
}
