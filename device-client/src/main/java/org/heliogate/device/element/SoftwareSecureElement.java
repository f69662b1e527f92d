package org.heliogate.device.element;

import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.heliogate.device.failure.SecureElementException;
import org.heliogate.device.state.DurableFile;
import org.heliogate.device.state.MonotonicCounter;

/**
 * A secure element that is two PKCS#12 files, for tests and simulation: it protects nothing from
 * whoever can read the files.
 *
 * <p>{@code master.p12} has a fixed password, as the master key of a chip needs no PIN; {@code
 * application.p12} has the PIN as its password.
 */
public final class SoftwareSecureElement extends DelegatingSecureElement {

  private static final char[] MASTER_PASSWORD = "no-secret".toCharArray();
  private static final String MASTER_KEY = "master";
  private static final String OTP_SECRET = "otp";

  private final Path directory;
  private final String masterId;
  private final Pkcs12Access master;

  /**
   * Opens the element.
   *
   * @param directory where {@link #make} made it
   * @param masterId its master ID
   */
  public SoftwareSecureElement(Path directory, String masterId) {
    super(new MonotonicCounter(directory.resolve(Pkcs11SecureElement.COUNTER_FILE)));
    this.directory = directory;
    this.masterId = masterId;
    this.master = new Pkcs12Access(masterFile(directory), MASTER_PASSWORD, false);
  }

  /**
   * Makes an element with a new master key, in place of one that is there.
   *
   * @param directory where to keep it
   * @param blank its master ID, PIN and OTP secret
   * @return the public half of the master key
   */
  public static PublicKey make(Path directory, BlankElement blank) {
    DurableFile.delete(masterFile(directory));
    DurableFile.delete(applicationFile(directory));
    Pkcs12Access master = new Pkcs12Access(masterFile(directory), MASTER_PASSWORD, true);
    PublicKey publicKey =
        master.change(
            "making the master key of " + blank.masterId(),
            keyStore -> {
              KeyPair pair = KeyStoreKeys.keyPair(KeyAlgorithm.EC_P256, null);
              KeyStoreKeys.store(keyStore, MASTER_KEY, blank.masterId(), pair, master);
              keyStore.setEntry(
                  OTP_SECRET,
                  new KeyStore.SecretKeyEntry(new SecretKeySpec(blank.otpSecret(), "HmacSHA256")),
                  new KeyStore.PasswordProtection(MASTER_PASSWORD));
              return pair.getPublic();
            });
    KeyStoreAccess application = new Pkcs12Access(applicationFile(directory), blank.pin(), true);
    application.read("checking the PIN", KeyStore::size);
    new MonotonicCounter(directory.resolve(Pkcs11SecureElement.COUNTER_FILE)).createIfAbsent();
    return publicKey;
  }

  private static Path masterFile(Path directory) {
    return directory.resolve("master.p12");
  }

  private static Path applicationFile(Path directory) {
    return directory.resolve("application.p12");
  }

  @Override
  public String masterId() {
    return masterId;
  }

  @Override
  public PublicKey masterPublicKey() {
    return master.read(
        "reading the master key", keyStore -> keyStore.getCertificate(MASTER_KEY).getPublicKey());
  }

  @Override
  public byte[] signWithMasterKey(byte[] data) {
    return master.read(
        "signing with the master key",
        keyStore -> {
          PrivateKey key = (PrivateKey) existing(keyStore, MASTER_KEY);
          return KeyStoreKeys.sign(key, KeyAlgorithm.EC_P256.signature(), data, null);
        });
  }

  @Override
  byte[] otpMac(byte[] input) {
    return master.read(
        "making a one-time password",
        keyStore -> {
          Mac mac = Mac.getInstance("HmacSHA256");
          mac.init(existing(keyStore, OTP_SECRET));
          return mac.doFinal(input);
        });
  }

  private static Key existing(KeyStore keyStore, String alias) throws Exception {
    Key key = keyStore.getKey(alias, MASTER_PASSWORD);
    if (key == null) {
      throw new SecureElementException(
          "the secure element has no " + alias + " key", "Personalise it again.");
    }
    return key;
  }

  @Override
  ApplicationKeys open(char[] pin) {
    return new KeyStoreKeys(new Pkcs12Access(applicationFile(directory), pin, false));
  }

  @Override
  void forgetPin() {
    // Dropping the open key store is all there is to forget.
  }
}
