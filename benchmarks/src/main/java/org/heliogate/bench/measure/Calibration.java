package org.heliogate.bench.measure;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What this machine can do in the same run, to judge the figures by: the same flow on a machine
 * that verifies twice as many signatures a second may take half as long.
 *
 * @param signaturesPerSecond P-256 signatures (SHA-256, the JDK's own provider, one thread)
 * @param verificationsPerSecond verifications of these
 * @param syncsPerSecond 4 KiB appended to a file and forced to the disk
 */
public record Calibration(
    double signaturesPerSecond, double verificationsPerSecond, double syncsPerSecond) {

  private static final Duration WARM_UP = Duration.ofMillis(700);
  private static final Duration MEASURED = Duration.ofSeconds(1);
  private static final int BLOCK_BYTES = 4096;

  /**
   * Measures, for about five seconds.
   *
   * @param directory on the file system that the instance's database is on; left as it was
   */
  public static Calibration measure(Path directory) throws GeneralSecurityException, IOException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    byte[] data = new byte[256];
    byte[] signature = sign(pair, data);
    double signatures = perSecond(() -> sign(pair, data));
    double verifications = perSecond(() -> verify(pair, data, signature));
    return new Calibration(signatures, verifications, syncs(directory));
  }

  /** For a person: label to value with unit. */
  public Map<String, String> lines() {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("P-256 signatures, one thread", "%,.0f a second".formatted(signaturesPerSecond));
    lines.put(
        "P-256 verifications, one thread", "%,.0f a second".formatted(verificationsPerSecond));
    lines.put("4 KiB appended and forced to disk", "%,.0f a second".formatted(syncsPerSecond));
    return lines;
  }

  private static byte[] sign(KeyPair pair, byte[] data) throws GeneralSecurityException {
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(pair.getPrivate());
    signer.update(data);
    return signer.sign();
  }

  private static void verify(KeyPair pair, byte[] data, byte[] signature)
      throws GeneralSecurityException {
    Signature verifier = Signature.getInstance("SHA256withECDSA");
    verifier.initVerify(pair.getPublic());
    verifier.update(data);
    if (!verifier.verify(signature)) {
      throw new GeneralSecurityException("a signature that was just made does not verify");
    }
  }

  private static double syncs(Path directory) throws GeneralSecurityException, IOException {
    Path file = directory.resolve("calibration");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE)) {
      return perSecond(
          () -> {
            channel.write(ByteBuffer.allocate(BLOCK_BYTES));
            channel.force(false);
          });
    }
  }

  /** What is counted. */
  @FunctionalInterface
  private interface Work {
    void run() throws GeneralSecurityException, IOException;
  }

  private static double perSecond(Work work) throws GeneralSecurityException, IOException {
    repeat(work, WARM_UP);
    return repeat(work, MEASURED);
  }

  private static double repeat(Work work, Duration during)
      throws GeneralSecurityException, IOException {
    long start = System.nanoTime();
    long elapsed;
    long times = 0;
    do {
      work.run();
      times++;
      elapsed = System.nanoTime() - start;
    } while (elapsed < during.toNanos());
    return times * 1e9 / elapsed;
  }
}
