package org.heliogate.authz.token;

import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.heliogate.authz.platform.Settings;
import org.heliogate.authz.signing.TestSigningKeys;
import org.heliogate.hsm.Pkcs12KeyStoreSource;
import org.heliogate.hsm.TokenKeys;
import org.heliogate.hsm.ca.CertificateHolder;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.PkiLocations;
import org.heliogate.hsm.ca.TbsSigner;

/** Signed tokens by a key in a file, in place of the HSM. */
public final class TestTokenKeys {

  public static final String ISSUER = "https://localhost:8443";
  private static final String PASSWORD = "test-password";

  private TestTokenKeys() {}

  /** A maker of tokens with a fresh key in a new file. */
  public static SignedTokens tokens(Path file, Clock clock) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    X509Certificate certificate =
        CertificateIssuer.selfSigned(
            CertificateHolder.authority("Tokens", "Grid"),
            pair.getPublic(),
            tbs -> sign(pair, tbs),
            new PkiLocations(URI.create("http://localhost:8080/pki"), false),
            clock);
    KeyStore keyStore = KeyStore.getInstance("PKCS12");
    keyStore.load(null, null);
    keyStore.setKeyEntry(
        TokenKeys.RPT, pair.getPrivate(), PASSWORD.toCharArray(), new Certificate[] {certificate});
    try (OutputStream out = Files.newOutputStream(file)) {
      keyStore.store(out, PASSWORD.toCharArray());
    }
    return new SignedTokens(
        TestSigningKeys.inherited(
            new TokenKeys(new Pkcs12KeyStoreSource(file, PASSWORD::toCharArray), clock), clock),
        new Settings(
            ISSUER,
            "http://localhost:8080/pki",
            "keys",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Set.of()),
        new SecureRandom(),
        clock);
  }

  private static byte[] sign(KeyPair pair, byte[] tbs) {
    try {
      Signature signature = Signature.getInstance(TbsSigner.ALGORITHM);
      signature.initSign(pair.getPrivate());
      signature.update(tbs);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
