package org.heliogate.device.element;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import javax.crypto.Mac;
import org.heliogate.device.failure.SecureElementException;
import org.heliogate.device.state.MonotonicCounter;
import org.jspecify.annotations.Nullable;

/**
 * A secure element that is two PKCS#11 tokens.
 *
 * <p>Token {@code <ID>-master} holds the master key, a certificate whose common name is the master
 * ID, and the OTP secret as a generic secret key; its user PIN is fixed for the software image and
 * no secret, since D3.4.2 §3.2 step 4 wants the master key usable without one. Token {@code
 * <ID>-app} holds the application keys; its user PIN is the element's PIN. All private and secret
 * keys are sensitive and cannot be extracted. The OTP counter is a file, because PKCS#11 has no
 * portable one.
 *
 * <p>Its tokens belong to one instance in a process: logging one out logs out all.
 */
public final class Pkcs11SecureElement extends DelegatingSecureElement {

  static final String COUNTER_FILE = "otp-counter";
  static final String MASTER_KEY = "master";
  static final String OTP_SECRET = "otp";

  /** PKCS#11 limits a token's label to 32 bytes. */
  private static final int LABEL_BYTES = 32;

  private final Pkcs11Module module;
  private final String appLabel;
  private final Pkcs11Access master;
  private final String masterId;
  private @Nullable Pkcs11Access app;

  /**
   * Opens the element's master token.
   *
   * @param module the PKCS#11 library
   * @param tokens the name that the tokens' labels begin with; the makers of this library use the
   *     master ID
   * @param directory where the OTP counter is
   */
  public Pkcs11SecureElement(Pkcs11Module module, String tokens, Path directory) {
    super(new MonotonicCounter(directory.resolve(COUNTER_FILE)));
    this.module = module;
    this.appLabel = appLabel(tokens);
    this.master = new Pkcs11Access(module, masterLabel(tokens), module.masterPin());
    this.masterId =
        commonName(master.read("reading the master ID", Pkcs11SecureElement::certificate));
  }

  static String masterLabel(String tokens) {
    return label(tokens, "-master");
  }

  static String appLabel(String tokens) {
    return label(tokens, "-app");
  }

  private static String label(String tokens, String suffix) {
    String label = tokens + suffix;
    if (label.getBytes(StandardCharsets.UTF_8).length > LABEL_BYTES) {
      throw new SecureElementException(
          "the name " + tokens + " is too long for a PKCS#11 token's label",
          "Use master IDs of at most 25 characters, or --element software.");
    }
    return label;
  }

  private static String commonName(X509Certificate certificate) {
    String name = certificate.getSubjectX500Principal().getName();
    return name.startsWith("CN=") ? name.substring(3) : name;
  }

  private static X509Certificate certificate(KeyStore keyStore) throws Exception {
    if (keyStore.getCertificate(MASTER_KEY) instanceof X509Certificate certificate) {
      return certificate;
    }
    throw new SecureElementException(
        "the master token has no certificate named " + MASTER_KEY, "Personalise it again.");
  }

  @Override
  public String masterId() {
    return masterId;
  }

  @Override
  public PublicKey masterPublicKey() {
    return master.read("reading the master key", keyStore -> certificate(keyStore).getPublicKey());
  }

  @Override
  public byte[] signWithMasterKey(byte[] data) {
    return master.read(
        "signing with the master key",
        keyStore -> {
          String algorithm = KeyStoreKeys.signature(certificate(keyStore).getPublicKey());
          PrivateKey key = (PrivateKey) existing(keyStore, MASTER_KEY);
          return KeyStoreKeys.sign(key, algorithm, data, master.provider());
        });
  }

  @Override
  byte[] otpMac(byte[] input) {
    return master.read(
        "making a one-time password",
        keyStore -> {
          Mac mac = Mac.getInstance("HmacSHA256", master.provider());
          mac.init(existing(keyStore, OTP_SECRET));
          return mac.doFinal(input);
        });
  }

  private static Key existing(KeyStore keyStore, String alias) throws Exception {
    Key key = keyStore.getKey(alias, null);
    if (key == null) {
      throw new SecureElementException(
          "the master token has no key named " + alias, "Personalise the secure element again.");
    }
    return key;
  }

  @Override
  ApplicationKeys open(char[] pin) {
    Pkcs11Access opened = new Pkcs11Access(module, appLabel, pin);
    app = opened;
    return new KeyStoreKeys(opened);
  }

  @Override
  void forgetPin() {
    Pkcs11Access opened = app;
    app = null;
    if (opened != null) {
      opened.close();
    }
  }

  @Override
  public void close() {
    super.close();
    master.close();
  }
}
