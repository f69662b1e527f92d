package org.heliogate.authz.bootstrap;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.EntityManager;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.heliogate.authz.assertion.AssertionVerifier;
import org.heliogate.authz.assertion.ProvenAssertion;
import org.heliogate.authz.assertion.UnprovenException;
import org.heliogate.authz.device.DeviceStore;
import org.heliogate.authz.device.jpa.DeviceEntity;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.platform.Settings;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.fuzz.Cases;
import org.heliogate.fuzz.Chance;
import org.heliogate.fuzz.CompactText;
import org.heliogate.fuzz.JsonText;
import org.junit.jupiter.api.Test;

class DeviceAssertionsFuzzTest {

  private static final String ISSUER = "https://localhost:8443";
  private static final String ID = "jti-1";
  private static final String P1363 = "SHA256withECDSAinP1363Format";
  private static final Duration LONGEST = Duration.ofMinutes(7);
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Set<String> CAUSES =
      Set.of(
          "malformed assertion",
          "unknown device",
          "bad signature",
          "issuer is not the subject",
          "wrong audience",
          "no jti",
          "no iat or exp",
          "lifetime is over five minutes",
          "expired or not yet valid");

  private final MutableClock clock = new MutableClock();

  /** A device with its key and what signs by it. */
  private record Element(String id, KeyPair key, String algorithm, String signature) {}

  @Test
  void verifyWhenAttackedThenProvesOnlyWhatWasSigned() {
    withElements(
        (assertions, elements) -> {
          List<String> good = elements.stream().map(one -> signed(one, claims(one.id()))).toList();
          Cases.each(
              chance -> {
                int which = chance.below(good.size());
                String attack = CompactText.mutated(chance, good.get(which));
                verify(assertions, attack)
                    .ifPresent(
                        proven -> {
                          assertThat(proven.subject()).isEqualTo(elements.get(which).id());
                          assertThat(proven.id()).as(attack).isEqualTo(ID);
                        });
              });
        });
  }

  @Test
  void verifyWhenTheElementItselfIsHostileThenRefusedOrWithinTheRules() {
    withElements(
        (assertions, elements) ->
            Cases.each(
                chance -> {
                  // An RSA signature takes as long as ten others.
                  Element element =
                      chance.oneIn(20)
                          ? chance.of(elements)
                          : chance.of(elements.get(0), elements.get(2));
                  String header =
                      JsonText.object()
                          .withText("alg", element.algorithm())
                          .mutated(chance)
                          .broken(chance);
                  if (chance.oneIn(4)) {
                    header =
                        header.replaceFirst(
                            "\\{",
                            Matcher.quoteReplacement("{" + CompactText.header(chance) + ","));
                  }
                  String claims =
                      claims(element.id())
                          .with("nbf", chance.of("0", number(chance)))
                          .with("exp", number(chance))
                          .mutated(chance)
                          .broken(chance);
                  verify(assertions, signed(element, header, claims))
                      .ifPresent(proven -> checkRules(element, proven));
                }));
  }

  @Test
  void verifyWhenPublicKeyIsTakenForASecretThenRefused() {
    withElements(
        (assertions, elements) ->
            Cases.each(
                chance -> {
                  Element element = chance.of(elements);
                  String algorithm = chance.of("HS256", "HS384", "HS512", "none", "hs256");
                  String input =
                      encoded("{\"alg\":\"" + algorithm + "\"}")
                          + '.'
                          + encoded(claims(element.id()).toString());
                  String attack = input + '.' + maced(chance, element, input);
                  assertThat(verify(assertions, attack)).as(attack).isEmpty();
                }));
  }

  private void checkRules(Element element, ProvenAssertion proven) {
    assertThat(proven.subject()).isEqualTo(element.id());
    assertThat(proven.id()).isNotEmpty().hasSizeLessThanOrEqualTo(128);
    assertThat(proven.expiresAt())
        .isAfter(clock.instant())
        .isBeforeOrEqualTo(clock.instant().plus(LONGEST));
  }

  /** What an assertion proves; any exception but the declared one fails the case. */
  private static Optional<ProvenAssertion> verify(DeviceAssertions assertions, String assertion) {
    try {
      return Optional.of(assertions.verify(assertion));
    } catch (UnprovenException e) {
      assertThat(e.getMessage()).isIn(CAUSES);
      return Optional.empty();
    }
  }

  private String number(Chance chance) {
    long now = clock.instant().getEpochSecond();
    return chance.oneIn(3) ? chance.number() : Long.toString(now + chance.below(600) - 200);
  }

  private JsonText claims(String id) {
    long now = clock.instant().getEpochSecond();
    return JsonText.object()
        .withText("iss", id)
        .withText("sub", id)
        .withText("aud", ISSUER)
        .withText("jti", ID)
        .with("iat", Long.toString(now))
        .with("exp", Long.toString(now + 60));
  }

  private static String signed(Element element, JsonText claims) {
    return signed(element, "{\"alg\":\"" + element.algorithm() + "\"}", claims.toString());
  }

  private static String signed(Element element, String header, String claims) {
    String input = encoded(header) + '.' + encoded(claims);
    try {
      Signature signature = Signature.getInstance(element.signature());
      signature.initSign(element.key().getPrivate());
      signature.update(input.getBytes(US_ASCII));
      return input + '.' + ENCODER.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String maced(Chance chance, Element element, String input)
      throws GeneralSecurityException {
    byte[] spki = element.key().getPublic().getEncoded();
    byte[] key = chance.oneIn(2) ? spki : Base64.getEncoder().encode(spki);
    Mac mac = Mac.getInstance(chance.of("HmacSHA256", "HmacSHA384", "HmacSHA512"));
    mac.init(new SecretKeySpec(key, "RAW"));
    return chance.oneIn(8) ? "" : ENCODER.encodeToString(mac.doFinal(input.getBytes(US_ASCII)));
  }

  private static String encoded(String text) {
    return ENCODER.encodeToString(text.getBytes(UTF_8));
  }

  /** A test of the assertions of some elements. */
  private interface ElementTest {
    void run(DeviceAssertions assertions, List<Element> elements);
  }

  private void withElements(ElementTest test) {
    try (TestDatabase database = TestDatabase.create()) {
      database.runInTransaction(
          em -> {
            List<Element> elements = new ArrayList<>();
            elements.add(loaded(em, "SE-EC", pair("EC", "secp256r1"), "ES256", P1363));
            elements.add(loaded(em, "SE-RSA", pair("RSA", ""), "RS256", "SHA256withRSA"));
            elements.add(loaded(em, "SE-ED", pair("Ed25519", ""), "EdDSA", "Ed25519"));
            Settings settings =
                new Settings(
                    ISSUER,
                    "http://localhost:8080/pki",
                    "keys",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Set.of());
            AssertionVerifier verifier = new AssertionVerifier(clock, new SecureRandom());
            test.run(new DeviceAssertions(new DeviceStore(em), verifier, settings), elements);
          });
    }
  }

  private Element loaded(
      EntityManager em, String id, KeyPair key, String algorithm, String signature) {
    em.persist(
        new DeviceEntity(
            id,
            Base64.getEncoder().encodeToString(key.getPublic().getEncoded()),
            null,
            null,
            Map.of(),
            List.of(),
            "hash",
            clock.instant()));
    em.flush();
    return new Element(id, key, algorithm, signature);
  }

  private static KeyPair pair(String algorithm, String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (!curve.isEmpty()) {
        generator.initialize(new ECGenParameterSpec(curve));
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
