package org.heliogate.authz.assertion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.heliogate.authz.platform.MutableClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AssertionVerifierTest {

  private static final KeyPair KEY = ec("secp256r1");
  private static final KeyPair RSA = rsa();
  private static final String AUDIENCE = "https://as.example/oauth/token";
  private static final AssertionVerifier.Terms TERMS =
      new AssertionVerifier.Terms(Set.of("https://as.example", AUDIENCE), false, false);
  private static final AssertionVerifier.Terms ONE_AUDIENCE =
      new AssertionVerifier.Terms(Set.of("https://as.example", AUDIENCE), true, false);

  private final MutableClock clock = new MutableClock();
  private final AssertionVerifier verifier = new AssertionVerifier(clock, new SecureRandom());

  @Test
  void verifyWhenGoodThenSaysWhoAndUntilWhen() throws Exception {
    ProvenAssertion proven = verify(signed(claims().build()), KEY.getPublic());
    assertThat(proven.subject()).isEqualTo("c-1");
    assertThat(proven.id()).isEqualTo("j-1");
    assertThat(proven.expiresAt()).isEqualTo(clock.instant().plusSeconds(240 + 60));
  }

  @Test
  void verifyWhenAudienceIsTheIssuerOrAListOfOneThenGood() throws Exception {
    verify(signed(claims().audience("https://as.example").build()), KEY.getPublic());
    verify(signed(claims().audience(List.of(AUDIENCE)).build()), KEY.getPublic());
  }

  @Test
  void verifyWhenEachAudienceIsOneOfOursThenGood() throws Exception {
    verify(
        signed(claims().audience(List.of("https://as.example", AUDIENCE)).build()),
        KEY.getPublic());
    verify(signed(claims().audience(List.of(AUDIENCE, AUDIENCE)).build()), KEY.getPublic());
  }

  @Test
  void verifyWhenOneAudienceIsAskedForThenSeveralAreRefused() throws Exception {
    verifier.verify(
        signed(claims().audience(List.of(AUDIENCE)).build()),
        List.of(KEY.getPublic()),
        ONE_AUDIENCE);
    SignedAssertion both =
        signed(claims().audience(List.of("https://as.example", AUDIENCE)).build());
    assertThatThrownBy(() -> verifier.verify(both, List.of(KEY.getPublic()), ONE_AUDIENCE))
        .isInstanceOf(UnprovenException.class)
        .hasMessageContaining("audience");
  }

  @Test
  void verifyWhenAnAudienceIsAnotherThenRefused() throws Exception {
    refused(claims().audience("https://as.example/"), "audience");
    refused(claims().audience("https://as.example/oauth/introspect"), "audience");
    refused(claims().audience(List.of(AUDIENCE, "https://other.example")), "audience");
    refused(claims().audience(List.of("https://other.example", AUDIENCE)), "audience");
    refused(claims().audience((String) null), "audience");
    refused(claims().audience(List.of()), "audience");
  }

  @Test
  void verifyWhenAudienceHasANullThenRefused() throws Exception {
    refused(claims().audience(Collections.singletonList(null)), "audience");
    refused(claims().audience(Arrays.asList(AUDIENCE, null)), "audience");
  }

  @Test
  void verifyWhenIssuerIsNotTheSubjectThenRefused() throws Exception {
    refused(claims().issuer("c-2"), "issuer");
    refused(claims().issuer(null), "issuer");
    refused(claims().subject(null), "issuer");
  }

  @Test
  void verifyWhenIdentifierIsMissingOrTooLongThenRefused() throws Exception {
    refused(claims().jwtID(null), "jti");
    refused(claims().jwtID(""), "jti");
    refused(claims().jwtID("j".repeat(129)), "jti");
    verify(signed(claims().jwtID("j".repeat(128)).build()), KEY.getPublic());
  }

  @Test
  void verifyWhenExpiredThenRefusedAfterTheSkew() throws Exception {
    SignedAssertion assertion = signed(claims().build());
    clock.advance(Duration.ofSeconds(240 + 59));
    verify(assertion, KEY.getPublic());
    clock.advance(Duration.ofSeconds(1));
    assertThatThrownBy(() -> verify(assertion, KEY.getPublic()))
        .isInstanceOf(UnprovenException.class)
        .hasMessageContaining("expired");
  }

  @Test
  void verifyWhenLifetimeIsOverFiveMinutesThenRefused() throws Exception {
    verify(signed(claims().expirationTime(in(300)).build()), KEY.getPublic());
    refused(claims().expirationTime(in(301)), "five minutes");
    refused(claims().issueTime(in(-100)).expirationTime(in(201)), "five minutes");
    refused(claims().expirationTime(null), "exp");
  }

  @Test
  void verifyWhenThereIsNoIssueTimeThenExpiryIsBoundedByNow() throws Exception {
    verify(signed(claims().issueTime(null).build()), KEY.getPublic());
    refused(claims().issueTime(null).expirationTime(in(361)), "five minutes");
    assertThatThrownBy(
            () ->
                verifier.verify(
                    signed(claims().issueTime(null).build()),
                    List.of(KEY.getPublic()),
                    new AssertionVerifier.Terms(Set.of(AUDIENCE), true, true)))
        .isInstanceOf(UnprovenException.class);
  }

  @Test
  void verifyWhenFromTheFutureThenRefused() throws Exception {
    verify(signed(claims().issueTime(in(60)).notBeforeTime(in(60)).build()), KEY.getPublic());
    refused(claims().issueTime(in(61)), "not yet valid");
    refused(claims().notBeforeTime(in(61)), "not yet valid");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ES256", "ES384", "RS256", "PS256"})
  void verifyWhenSignedByAnAllowedAlgorithmThenGood(String name) throws Exception {
    JWSAlgorithm algorithm = JWSAlgorithm.parse(name);
    KeyPair pair = name.equals("ES256") ? KEY : name.equals("ES384") ? ec("secp384r1") : RSA;
    JWSSigner signer =
        name.startsWith("E")
            ? new ECDSASigner((ECPrivateKey) pair.getPrivate())
            : new RSASSASigner(pair.getPrivate());
    verify(signed(claims().build(), algorithm, signer), pair.getPublic());
    assertThatThrownBy(
            () -> verify(signed(claims().build(), algorithm, signer), ec("secp256r1").getPublic()))
        .isInstanceOf(UnprovenException.class);
  }

  @Test
  void verifyWhenSignedByEd25519ThenGood() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    String input = base64("{\"alg\":\"EdDSA\"}") + "." + base64(claims().build().toString());
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(pair.getPrivate());
    signature.update(input.getBytes(StandardCharsets.US_ASCII));
    String text =
        input + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    verify(SignedAssertion.parse(text), pair.getPublic());
    assertThatThrownBy(() -> verify(SignedAssertion.parse(text), KEY.getPublic()))
        .isInstanceOf(UnprovenException.class);
  }

  @Test
  void verifyWhenTheFirstOfSeveralKeysIsAnotherThenGood() throws Exception {
    verifier.verify(
        signed(claims().build()),
        List.of(RSA.getPublic(), ec("secp256r1").getPublic(), KEY.getPublic()),
        TERMS);
  }

  @Test
  void verifyWhenThereIsNoKeyThenRefused() {
    assertThatThrownBy(() -> verifier.verify(signed(claims().build()), List.of(), TERMS))
        .isInstanceOf(UnprovenException.class);
  }

  @Test
  void verifyWhenMacedWithThePublicKeyThenRefused() throws Exception {
    byte[] publicKey = RSA.getPublic().getEncoded();
    SignedAssertion maced = signed(claims().build(), JWSAlgorithm.HS256, new MACSigner(publicKey));
    assertThat(maced.algorithm()).isEmpty();
    assertThatThrownBy(() -> verify(maced, RSA.getPublic())).isInstanceOf(UnprovenException.class);
  }

  @Test
  void verifyWhenACriticalHeaderIsUnknownThenRefused() throws Exception {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .criticalParams(Set.of("exp"))
                .customParam("exp", 1)
                .build(),
            claims().build());
    jwt.sign(new ECDSASigner((ECPrivateKey) KEY.getPrivate()));
    assertThatThrownBy(() -> verify(SignedAssertion.parse(jwt.serialize()), KEY.getPublic()))
        .isInstanceOf(UnprovenException.class);
  }

  @Test
  void parseWhenNoSignedTokenThenRefused() {
    for (String text :
        List.of(
            "",
            "a.b.c",
            "e30.e30.",
            new PlainJWT(claims().build()).serialize(),
            "e30.e30.AAAA",
            "A".repeat(9_000))) {
      assertThatThrownBy(() -> SignedAssertion.parse(text)).isInstanceOf(UnprovenException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {",", "=", "==", " ", "\n", "!", "\u00e9"})
  void parseWhenOtherCharactersFollowThenRefused(String characters) throws Exception {
    SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.ES256), claims().build());
    jwt.sign(new ECDSASigner((ECPrivateKey) KEY.getPrivate()));
    String good = jwt.serialize();
    verify(SignedAssertion.parse(good), KEY.getPublic());
    for (String text :
        List.of(good + characters, characters + good, good.replaceFirst("\\.", characters + "."))) {
      assertThatThrownBy(() -> SignedAssertion.parse(text)).isInstanceOf(UnprovenException.class);
    }
  }

  private ProvenAssertion verify(SignedAssertion assertion, PublicKey key)
      throws UnprovenException {
    return verifier.verify(assertion, List.of(key), TERMS);
  }

  private void refused(JWTClaimsSet.Builder claims, String cause) throws Exception {
    SignedAssertion assertion = signed(claims.build());
    assertThatThrownBy(() -> verify(assertion, KEY.getPublic()))
        .isInstanceOf(UnprovenException.class)
        .hasMessageContaining(cause);
  }

  private JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer("c-1")
        .subject("c-1")
        .audience(AUDIENCE)
        .issueTime(in(0))
        .expirationTime(in(240))
        .jwtID("j-1");
  }

  private Date in(long seconds) {
    Instant instant = clock.instant().plusSeconds(seconds);
    return Date.from(instant);
  }

  private static SignedAssertion signed(JWTClaimsSet claims) throws Exception {
    return signed(claims, JWSAlgorithm.ES256, new ECDSASigner((ECPrivateKey) KEY.getPrivate()));
  }

  private static SignedAssertion signed(
      JWTClaimsSet claims, JWSAlgorithm algorithm, JWSSigner signer)
      throws JOSEException, UnprovenException {
    SignedJWT jwt = new SignedJWT(new JWSHeader(algorithm), claims);
    jwt.sign(signer);
    return SignedAssertion.parse(jwt.serialize());
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static KeyPair ec(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair rsa() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
