package org.heliogate.bench.status;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.heliogate.bench.instance.WrongAnswerException;

/**
 * How many P-256 signatures a second a SoftHSM2 token of this machine makes: no responder answers
 * more with nonces. The token is made for that and protects nothing, so its PIN is no secret.
 */
final class TokenCeiling {

  private static final String PIN = "00000000";
  private static final String LIBRARY = "/usr/lib/softhsm/libsofthsm2.so";

  private TokenCeiling() {}

  /**
   * Measures.
   *
   * @param configuration where {@code SOFTHSM2_CONF} points; written, as is what is beside it
   * @param threads how many sign at once
   * @param during for how long, after as long a warm-up
   */
  static double measure(Path configuration, int threads, Duration during)
      throws IOException, GeneralSecurityException {
    Path directory = configuration.toAbsolutePath().resolveSibling("ceiling");
    Files.createDirectories(directory);
    Path tokens = Files.createDirectories(directory.resolve("tokens"));
    Files.writeString(
        configuration,
        "directories.tokendir = %s%nobjectstore.backend = file%nlog.level = ERROR%n"
            .formatted(tokens));
    try (Stream<Path> made = Files.list(tokens)) {
      if (made.findAny().isEmpty()) {
        run(
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            "ceiling",
            "--pin",
            PIN,
            "--so-pin",
            PIN);
      }
    }
    Path settings = directory.resolve("pkcs11.cfg");
    Files.writeString(
        settings, "name = ceiling%nlibrary = %s%nslotListIndex = 0%n".formatted(LIBRARY));
    Provider provider = Security.getProvider("SunPKCS11").configure(settings.toString());
    KeyStore.getInstance("PKCS11", provider).load(null, PIN.toCharArray());
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", provider);
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    byte[] data = new byte[300];
    Work work =
        thread -> {
          Signature signature = Signature.getInstance("SHA256withECDSA", provider);
          signature.initSign(pair.getPrivate());
          signature.update(data);
          signature.sign();
        };
    Parallel.perSecond(threads, during, work);
    return Parallel.perSecond(threads, during, work).perSecond();
  }

  private static void run(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new WrongAnswerException(command[0] + " does not make a token");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
