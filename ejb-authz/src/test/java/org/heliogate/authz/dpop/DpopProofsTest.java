package org.heliogate.authz.dpop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Random;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.Digests;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.platform.StoredKeys;
import org.heliogate.authz.platform.StoredValues;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.authz.platform.TokenKeyRing;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The checks of RFC 9449 §4.3, by their numbers. */
class DpopProofsTest {

  private static final String TOKEN = "eyJrIjoiMSJ9.tag";

  private static final TestDatabase DATABASE = TestDatabase.create();

  private final MutableClock clock = new MutableClock();
  private final DpopNonces nonces =
      new DpopNonces(new TokenKeyRing(new StoredKeys(DATABASE, clock), clock), clock);
  private final DpopProofs proofs = new DpopProofs(nonces, StoredValues.in(DATABASE, clock), clock);

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  void verifyWhenGoodThenSaysWhichKey() {
    ProofOfTests proof = proof();
    DpopProof verified = verify(proof);
    assertThat(verified.keyThumbprint()).isEqualTo(proof.thumbprint());
    assertThat(verified.id()).isEqualTo(proof.claims().getJWTID());
    assertThat(verified.expiresAt()).isAfter(clock.instant());
  }

  @Test
  void verifyWhenTheAlgorithmIsSupportedThenGood() {
    for (ProofOfTests proof :
        List.of(
            ProofOfTests.ec(Curve.P_384, JWSAlgorithm.ES384, clock.instant()),
            ProofOfTests.rsa(2048, JWSAlgorithm.RS256, clock.instant()),
            ProofOfTests.rsa(2048, JWSAlgorithm.PS256, clock.instant()),
            ProofOfTests.ed25519(JWSAlgorithm.EdDSA, clock.instant()),
            ProofOfTests.ed25519(JWSAlgorithm.Ed25519, clock.instant()))) {
      assertThat(verify(withNonce(proof)).keyThumbprint()).isEqualTo(proof.thumbprint());
    }
  }

  @Test
  void verifyWhenThereIsNotOneFieldThenRefused() {
    // Check 1.
    refused(List.of());
    refused(List.of(proof().value(), proof().value()));
    refused(proof().value() + ", " + proof().value());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "a.b", "a.b.c", "e30.e30.e30", "e30..", "{}", "..", "a.b.c.d.e"})
  void verifyWhenNoSignedJwtThenRefused(String value) {
    // Check 2.
    refused(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ", ", "=", "==", " ", "\n", "!", "\u00e9", ",,,!"})
  void verifyWhenOtherCharactersFollowThenRefused(String characters) {
    // Checks 1 and 2.
    refused(proof().value() + characters);
    refused(characters + proof().value());
    refused(proof().value().replaceFirst("\\.", characters + "."));
  }

  @Test
  void verifyWhenGarbageThenRefused() {
    Random random = new Random(9449);
    String[] good = proof().value().split("\\.");
    for (int round = 0; round < 2_000; round++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      String encoded = Base64URL.encode(bytes).toString();
      refused(new String(bytes, UTF_8));
      refused(encoded + '.' + good[1] + '.' + good[2]);
      refused(good[0] + '.' + encoded + '.' + good[2]);
    }
    refused("x".repeat(100_000));
    refused(Base64URL.encode("[".repeat(5_000)) + ".e30.e30");
  }

  @ParameterizedTest
  @ValueSource(strings = {"jti", "htm", "htu", "iat"})
  void verifyWhenAClaimIsMissingOrOfAnotherKindThenRefused(String claim) {
    // Check 3.
    refused(proof().claim(claim, null).value());
    refused(proof().claim(claim, List.of("x")).value());
  }

  @ParameterizedTest
  @ValueSource(strings = {"JWT", "at+jwt", "dpop"})
  void verifyWhenTypeIsAnotherThenRefused(String type) {
    // Check 4.
    refused(proof().type(type).value());
    refused(proof().value(new JWSHeader.Builder(proof().header()).type(null).build()));
  }

  @Test
  void verifyWhenAlgorithmIsNoneOrSymmetricOrUnknownThenRefused() throws Exception {
    // Check 5.
    refused(new PlainJWT(proof().claims()).serialize());
    SignedJWT symmetric =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256)
                .type(proof().header().getType())
                .jwk(proof().header().getJWK())
                .build(),
            proof().claims());
    symmetric.sign(new MACSigner(new byte[32]));
    refused(symmetric.serialize());
    refused(withNonce(ProofOfTests.rsa(2048, JWSAlgorithm.RS384, clock.instant())).value());
    refused(
        withNonce(ProofOfTests.ec(Curve.P_384, JWSAlgorithm.ES384, clock.instant()))
            .value()
            .replaceFirst("^[^.]+", header("ES256", "P-384")));
  }

  @Test
  void verifyWhenSignatureIsByAnotherKeyThenRefused() {
    // Check 6.
    refused(proof().signedBy(proof()).value());
    String good = proof().value();
    String[] other = proof().value().split("\\.");
    String[] parts = good.split("\\.");
    refused(parts[0] + '.' + other[1] + '.' + parts[2]);
    refused(parts[0] + '.' + parts[1] + '.');
  }

  @Test
  void verifyWhenKeyIsMissingOrWeakThenRefused() {
    // Checks 6 and 7.
    refused(proof().value(new JWSHeader.Builder(proof().header()).jwk(null).build()));
    refused(withNonce(ProofOfTests.rsa(1024, JWSAlgorithm.RS256, clock.instant())).value());
    refused(withNonce(ProofOfTests.rsa(4104, JWSAlgorithm.RS256, clock.instant())).value());
  }

  @Test
  void verifyWhenKeyIsPrivateThenRefused() {
    // Check 7.
    String[] parts = proof().value().split("\\.");
    String disclosed =
        proof().header().toString().replace("\"kty\"", "\"d\":\"" + "A".repeat(43) + "\",\"kty\"");
    assertThat(disclosed).contains("\"d\"");
    refused(Base64URL.encode(disclosed).toString() + '.' + parts[1] + '.' + parts[2]);
    refused(
        Base64URL.encode(
                """
                {"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"oct","k":"AAAA"}}""")
            + "."
            + parts[1]
            + '.'
            + parts[2]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "post", "PUT", ""})
  void verifyWhenMethodIsAnotherThenRefused(String method) {
    // Check 8.
    refused(proof().claim("htm", method).value());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://localhost:8443/oauth/token",
        "https://localhost:8443/csr/",
        "https://localhost:8443/CSR",
        "https://localhost/csr",
        "http://localhost:8443/csr",
        "https://elsewhere.example:8443/csr",
        "https://user@localhost:8443/csr",
        "/csr",
        "csr",
        "https:csr",
        "%",
        ""
      })
  void verifyWhenUriIsAnotherThenRefused(String uri) {
    // Check 9.
    refused(proof().claim("htu", uri).value());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTPS://LOCALHOST:8443/csr",
        "https://localhost:8443/csr?a=b",
        "https://localhost:8443/csr#part",
        "https://localhost:8443/x/../csr",
        "https://localhost:8443/%63%73r"
      })
  void verifyWhenUriMeansTheSameThenGood(String uri) {
    // Check 9.
    verify(proof().claim("htu", uri));
  }

  @Test
  void verifyWhenNonceIsMissingOrForeignOrOldThenAskedForAFreshOne() {
    // Check 10.
    asked(proof().claim("nonce", null).value());
    asked(proof().claim("nonce", "eyJ7S_zG.eyJH0-Z.HX4w-7v").value());
    String nonce = nonces.fresh();
    for (int at = 0; at < nonce.length() - 1; at++) {
      char replaced = nonce.charAt(at) == 'a' ? 'b' : 'a';
      asked(
          proof()
              .claim("nonce", nonce.substring(0, at) + replaced + nonce.substring(at + 1))
              .value());
    }
    clock.advance(DpopNonces.LIFETIME.minusSeconds(1));
    verify(proof().claim("nonce", nonce));
    clock.advance(Duration.ofSeconds(1));
    asked(proof().claim("nonce", nonce).value());
  }

  @Test
  void verifyWhenTheNonceKeyWasRotatedThenOldNoncesAreGoodUntilTheyExpire() {
    nonces.fresh();
    clock.advance(Duration.ofDays(1).minusMinutes(1));
    String before = nonces.fresh();
    clock.advance(Duration.ofMinutes(2));
    String after = nonces.fresh();
    assertThat(after.substring(0, 16)).isNotEqualTo(before.substring(0, 16));
    verify(proof().claim("nonce", before));
    verify(proof().claim("nonce", after));
  }

  @Test
  void verifyWhenSignatureIsBadAndNonceMissingThenNothingIsVerified() {
    asked(proof().claim("nonce", null).signedBy(proof()).value());
  }

  @Test
  void verifyWhenIssuedTooLongAgoOrInTheFutureThenRefused() {
    // Check 11.
    Instant now = clock.instant();
    refused(proof().claim("iat", Date.from(now.minus(Duration.ofMinutes(6)))).value());
    refused(proof().claim("iat", Date.from(now.plusSeconds(61))).value());
    refused(proof().claim("iat", new Date(Long.MAX_VALUE)).value());
    refused(proof().claim("iat", new Date(Long.MIN_VALUE)).value());
    verify(proof().claim("iat", Date.from(now.minus(Duration.ofMinutes(5)))));
    verify(proof().claim("iat", Date.from(now.plusSeconds(60))));
  }

  @Test
  void verifyWhenTokenIsShownThenItsHashMustBeInTheProof() {
    // Check 12.
    String good = proof().claim("ath", Digests.sha256(TOKEN)).value();
    assertThat(proofs.verify(request(good), TOKEN)).isNotNull();
    for (Object hash :
        new Object[] {null, "", Digests.sha256("another"), Digests.sha256(TOKEN) + "=", 1}) {
      String wrong = proof().claim("ath", hash).value();
      assertCode(ErrorCode.INVALID_DPOP_PROOF, () -> proofs.verify(request(wrong), TOKEN));
    }
    refused(good);
  }

  @Test
  void verifyWhenIdIsLongThenRefused() {
    verify(proof().claim("jti", "x".repeat(128)));
    refused(proof().claim("jti", "x".repeat(129)).value());
    refused(proof().claim("jti", "").value());
  }

  @Test
  void spendWhenSpentBeforeThenRefusedForThatKeyAlone() {
    ProofOfTests one = proof().claim("jti", "same");
    proofs.spend(verify(one));
    assertCode(ErrorCode.INVALID_DPOP_PROOF, () -> proofs.spend(verify(one)));
    proofs.spend(verify(proof().claim("jti", "same")));
  }

  private ProofOfTests proof() {
    return withNonce(ProofOfTests.es256(clock.instant()));
  }

  private ProofOfTests withNonce(ProofOfTests proof) {
    return proof.claim("nonce", nonces.fresh());
  }

  private static DpopRequest request(String proof) {
    return new DpopRequest(List.of(proof), "POST", ProofOfTests.URI);
  }

  private DpopProof verify(ProofOfTests proof) {
    return proofs.verify(request(proof.value()), null);
  }

  private void refused(String proof) {
    refused(List.of(proof));
  }

  private void refused(List<String> fields) {
    assertCode(
        ErrorCode.INVALID_DPOP_PROOF,
        () -> proofs.verify(new DpopRequest(fields, "POST", ProofOfTests.URI), null));
  }

  private void asked(String proof) {
    assertCode(ErrorCode.USE_DPOP_NONCE, () -> proofs.verify(request(proof), null));
  }

  private static void assertCode(ErrorCode code, Runnable action) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            RequestException.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }

  private static String header(String algorithm, String curve) {
    String jwk =
        ProofOfTests.ec(Curve.parse(curve), JWSAlgorithm.ES384, Instant.EPOCH)
            .header()
            .getJWK()
            .toJSONString();
    return Base64URL.encode(
            "{\"typ\":\"dpop+jwt\",\"alg\":\"%s\",\"jwk\":%s}".formatted(algorithm, jwk))
        .toString();
  }
}
