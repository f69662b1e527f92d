package org.heliogate.bench.tokens;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A P-256 key with a certificate for {@code localhost} of its own making, for a peer's HTTPS.
 *
 * @param store a PKCS#12 file
 * @param password its password, new in each run
 * @param certificate PEM file with the certificate
 */
record ServerKey(Path store, String password, Path certificate) {

  private static final String ALIAS = "https";
  private static final String PASSWORD_VARIABLE = "HELIOGATE_BENCH_STORE_PASSWORD";

  /**
   * Makes one.
   *
   * @param directory where its files go, in place of earlier ones
   */
  static ServerKey make(Workspace workspace, Path directory)
      throws IOException, GeneralSecurityException {
    Path store = directory.resolve("https.p12");
    Files.deleteIfExists(store);
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    workspace.run(
        List.of(
            workspace.java().resolve("bin/keytool").toString(),
            "-genkeypair",
            "-keystore",
            store.toString(),
            "-storetype",
            "PKCS12",
            "-storepass:env",
            PASSWORD_VARIABLE,
            "-alias",
            ALIAS,
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=localhost",
            "-ext",
            "SAN=dns:localhost",
            "-validity",
            "30"),
        Map.of(PASSWORD_VARIABLE, password),
        directory.resolve("keytool.log"),
        Duration.ofMinutes(2));
    KeyStore loaded = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      loaded.load(in, password.toCharArray());
    }
    String encoded =
        Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(loaded.getCertificate(ALIAS).getEncoded());
    Path certificate = directory.resolve("https.pem");
    Files.writeString(
        certificate,
        "-----BEGIN CERTIFICATE-----\n" + encoded + "\n-----END CERTIFICATE-----\n",
        US_ASCII);
    return new ServerKey(store, password, certificate);
  }

  @Override
  public String toString() {
    return "ServerKey[" + store + "]";
  }
}
