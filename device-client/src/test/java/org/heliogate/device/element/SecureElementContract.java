package org.heliogate.device.element;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.Signature;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.heliogate.device.failure.PinRequiredException;
import org.heliogate.device.failure.SecureElementException;
import org.heliogate.device.failure.WrongPinException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every secure element does. */
abstract class SecureElementContract {

  static final char[] PIN = "493027".toCharArray();
  private static final byte[] DATA = "measured".getBytes(StandardCharsets.UTF_8);

  @SuppressWarnings("NullAway.Init") // Set before each test.
  private SecureElement element;

  /** The secret of the contract's test vector: 00 to 1f. */
  static byte[] otpSecret() {
    byte[] secret = new byte[32];
    for (int i = 0; i < secret.length; i++) {
      secret[i] = (byte) i;
    }
    return secret;
  }

  /** A fresh element with the PIN and OTP secret above. */
  abstract SecureElement open() throws Exception;

  /** The same element, opened again. */
  abstract SecureElement reopen() throws Exception;

  abstract String masterId();

  @BeforeEach
  void openElement() throws Exception {
    element = open();
  }

  @AfterEach
  void closeElement() {
    element.close();
  }

  @Test
  void masterIdWhenNoPinWasPresentedThenIsKnown() {
    assertThat(element.masterId()).isEqualTo(masterId());
    assertThat(element.isUnlocked()).isFalse();
  }

  @Test
  void signWithMasterKeyWhenNoPinWasPresentedThenVerifies() throws Exception {
    Signature verifier = Signature.getInstance("SHA256withECDSA");
    verifier.initVerify(element.masterPublicKey());
    verifier.update(DATA);

    assertThat(verifier.verify(element.signWithMasterKey(DATA))).isTrue();
  }

  @Test
  void oneTimePasswordWhenGivenTheContractsVectorThenIsItsValue() {
    assertThat(element.oneTimePassword("c-1"))
        .isEqualTo("1.y8ITALzlwHaQ1Hp0_HfD--5oNR5M9o9v7yAAN-3GxHg");
    assertThat(element.oneTimePassword("c-2")).startsWith("2.");
  }

  @Test
  void oneTimePasswordWhenElementIsOpenedAgainThenCounterGoesOn() throws Exception {
    element.oneTimePassword("c-1");
    element.close();
    element = reopen();

    assertThat(element.oneTimePassword("c-1")).startsWith("2.");
  }

  @Test
  void applicationKeysWhenNoPinWasPresentedThenAreRefused() {
    assertThatThrownBy(() -> element.createKeyPair("k", KeyAlgorithm.EC_P256))
        .isInstanceOf(PinRequiredException.class);
    assertThatThrownBy(() -> element.keyAliases()).isInstanceOf(PinRequiredException.class);
    assertThatThrownBy(() -> element.encipher(DATA)).isInstanceOf(PinRequiredException.class);
  }

  @Test
  void presentPinWhenWrongThenSaysSoAndStaysLocked() {
    assertThatThrownBy(() -> element.presentPin("000001".toCharArray()))
        .isInstanceOf(WrongPinException.class)
        .hasMessageNotContaining("000001");
    assertThat(element.isUnlocked()).isFalse();

    element.presentPin(PIN);
    assertThat(element.isUnlocked()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(KeyAlgorithm.class)
  void certificationRequestWhenPinWasPresentedThenProvesPossession(KeyAlgorithm algorithm)
      throws Exception {
    element.presentPin(PIN);
    PublicKey made = element.createKeyPair("publisher.mqtt.1", algorithm);

    JcaPKCS10CertificationRequest request =
        new JcaPKCS10CertificationRequest(
            element.certificationRequest("publisher.mqtt.1", new X500Principal("CN=hg-x")));

    assertThat(algorithm.accepts(made)).isTrue();
    assertThat(request.getSubject()).hasToString("CN=hg-x");
    assertThat(request.getPublicKey().getEncoded()).isEqualTo(made.getEncoded());
    assertThat(
            request.isSignatureValid(
                new JcaContentVerifierProviderBuilder().build(request.getPublicKey())))
        .isTrue();
  }

  @Test
  void createKeyPairWhenElementIsOpenedAgainThenIsStillThere() throws Exception {
    element.presentPin(PIN);
    PublicKey made = element.createKeyPair("k.1", KeyAlgorithm.EC_P256);
    element.close();
    element = reopen();
    element.presentPin(PIN);

    assertThat(element.keyAliases()).containsExactly("k.1");
    Signature verifier = Signature.getInstance("SHA256withECDSA");
    verifier.initVerify(made);
    verifier.update(DATA);
    assertThat(verifier.verify(element.sign("k.1", DATA))).isTrue();
  }

  @Test
  void createKeyPairWhenAliasIsTakenThenIsRefused() {
    element.presentPin(PIN);
    element.createKeyPair("k.1", KeyAlgorithm.EC_P256);

    assertThatThrownBy(() -> element.createKeyPair("k.1", KeyAlgorithm.EC_P256))
        .isInstanceOf(SecureElementException.class);
  }

  @Test
  void deleteKeyPairWhenCalledTwiceThenSecondFindsNothing() {
    element.presentPin(PIN);
    element.createKeyPair("k.1", KeyAlgorithm.EC_P256);

    assertThat(element.deleteKeyPair("k.1")).isTrue();
    assertThat(element.deleteKeyPair("k.1")).isFalse();
    assertThat(element.keyAliases()).isEmpty();
    assertThatThrownBy(() -> element.sign("k.1", DATA)).isInstanceOf(SecureElementException.class);
  }

  @Test
  void decipherWhenCiphertextIsItsOwnThenIsThePlaintext() {
    element.presentPin(PIN);
    byte[] ciphertext = element.encipher(DATA);

    assertThat(element.decipher(ciphertext)).isEqualTo(DATA);
    assertThat(element.encipher(DATA)).isNotEqualTo(ciphertext);
    ciphertext[ciphertext.length - 1] ^= 1;
    assertThatThrownBy(() -> element.decipher(ciphertext))
        .isInstanceOf(SecureElementException.class);
    assertThat(element.keyAliases()).isEmpty();
  }

  @Test
  void lockWhenUnlockedThenKeysNeedThePinAgain() {
    element.presentPin(PIN);
    element.lock();

    assertThatThrownBy(() -> element.createKeyPair("k", KeyAlgorithm.EC_P256))
        .isInstanceOf(PinRequiredException.class);
  }
}
