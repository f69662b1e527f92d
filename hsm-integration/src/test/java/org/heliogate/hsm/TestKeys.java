package org.heliogate.hsm;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import javax.crypto.KeyGenerator;
import org.heliogate.hsm.ca.KeyCarrier;
import org.heliogate.hsm.ca.TbsSigner;

/** A PKCS#12 file with the server's keys, for tests that need no token. */
public final class TestKeys {

  private static final String PASSWORD = "test-password";

  private TestKeys() {}

  /** Makes the file with the key {@code rpt} and the key {@code seal}. */
  public static TokenKeys in(Path file) throws Exception {
    KeyStore keyStore = KeyStore.getInstance("PKCS12");
    keyStore.load(null, null);
    KeyPair pair = newEcKey("secp256r1");
    X509Certificate carrier =
        KeyCarrier.of("rpt", pair.getPublic(), signer(pair), Clock.systemUTC());
    keyStore.setKeyEntry(
        TokenKeys.RPT, pair.getPrivate(), PASSWORD.toCharArray(), new Certificate[] {carrier});
    KeyGenerator aes = KeyGenerator.getInstance("AES");
    aes.init(256);
    keyStore.setKeyEntry(TokenKeys.SEAL, aes.generateKey(), PASSWORD.toCharArray(), null);
    try (OutputStream out = Files.newOutputStream(file)) {
      keyStore.store(out, PASSWORD.toCharArray());
    }
    return new TokenKeys(source(file), Clock.systemUTC());
  }

  /** The file as a source. */
  public static KeyStoreSource source(Path file) {
    return new Pkcs12KeyStoreSource(file, PASSWORD::toCharArray);
  }

  /** A key pair on a named curve. */
  public static KeyPair newEcKey(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  /** A signer by a software key. */
  public static TbsSigner signer(KeyPair pair) {
    return tbs -> {
      try {
        Signature signature = Signature.getInstance(TbsSigner.ALGORITHM);
        signature.initSign(pair.getPrivate());
        signature.update(tbs);
        return signature.sign();
      } catch (java.security.GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    };
  }
}
