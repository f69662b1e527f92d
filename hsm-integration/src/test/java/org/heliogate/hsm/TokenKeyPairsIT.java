package org.heliogate.hsm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.AuthProvider;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.heliogate.hsm.HsmUnavailableException.Reason;
import org.heliogate.hsm.offline.PkiCommand;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pairs that the server makes on a real token. */
class TokenKeyPairsIT {

  private static final byte[] DATA = "to be signed".getBytes(UTF_8);
  private static final String ALGORITHM = "SHA256withECDSA";

  private static Pkcs11KeyStoreSource source;
  private static TokenKeys keys;
  private static TokenKeyPairs pairs;

  @BeforeAll
  static void makeToken(@TempDir Path home) throws Exception {
    Path configuration = Path.of(System.getenv("SOFTHSM2_CONF"));
    SoftHsm.prepare(home, configuration);
    SoftHsm.Result made =
        SoftHsm.run(
            Map.of("SOFTHSM2_CONF", configuration.toString()),
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            PkiCommand.class.getName(),
            "init",
            "--home",
            home.toString(),
            "--issuer",
            "https://localhost",
            "--pki-uri",
            "http://localhost/pki");
    assertThat(made.exitCode()).as(made.output()).isZero();
    source = new Pkcs11KeyStoreSource(home.resolve("hsm/pkcs11.cfg"), SoftHsm.PIN::toCharArray);
    keys = new TokenKeys(source, Clock.systemUTC());
    pairs = new TokenKeyPairs(keys, Clock.systemUTC());
  }

  @Test
  void generateWhenMadeThenOpenKeyStoresFindItAndItNeverLeavesTheToken() throws Exception {
    TokenKeys otherNode = new TokenKeys(source, Clock.systemUTC());
    otherNode.check();
    keys.check();
    PublicKey made = pairs.generate("rpt-00000000000000a1");

    assertVerifies(made, keys.sign("rpt-00000000000000a1", ALGORITHM, DATA));
    assertVerifies(made, otherNode.sign("rpt-00000000000000a1", ALGORITHM, DATA));
    String object = objectOf("rpt-00000000000000a1");
    assertThat(object).contains("sensitive", "always sensitive", "never extractable", "local");
  }

  @Test
  void generateWhenSignaturesAreInFlightThenNoneFails() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<Integer>> signing = new ArrayList<>();
      Callable<Integer> work =
          () -> {
            int count = 0;
            while (!stop.get()) {
              keys.sign(TokenKeys.ISSUING, ALGORITHM, DATA);
              count++;
            }
            return count;
          };
      for (int i = 0; i < 4; i++) {
        signing.add(pool.submit(work));
      }
      for (int i = 0; i < 10; i++) {
        String alias = "rpt-00000000000000b" + i;
        assertVerifies(pairs.generate(alias), keys.sign(alias, ALGORITHM, DATA));
        assertThat(pairs.delete(alias)).isTrue();
      }
      stop.set(true);
      for (Future<Integer> future : signing) {
        assertThat(future.get()).isPositive();
      }
    } finally {
      stop.set(true);
      pool.shutdownNow();
    }
  }

  @Test
  void deleteWhenGoneThenNothingIsLeftAndASecondTimeIsNoError() throws Exception {
    pairs.generate("rpt-00000000000000c1");
    keys.sign("rpt-00000000000000c1", ALGORITHM, DATA);
    assertThat(pairs.madeSince("rpt-")).containsKey("rpt-00000000000000c1");
    assertThat(pairs.madeSince("rpt-").get("rpt-00000000000000c1"))
        .isAfter(Clock.systemUTC().instant().minus(Duration.ofMinutes(10)));

    assertThat(pairs.delete("rpt-00000000000000c1")).isTrue();
    assertThat(pairs.delete("rpt-00000000000000c1")).isFalse();
    assertThat(pairs.madeSince("rpt-")).doesNotContainKey("rpt-00000000000000c1");
    assertThat(objectOf("rpt-00000000000000c1")).isEmpty();
    TokenKeys fresh = new TokenKeys(source, Clock.systemUTC());
    assertThatThrownBy(() -> fresh.sign("rpt-00000000000000c1", ALGORITHM, DATA))
        .isInstanceOfSatisfying(
            HsmUnavailableException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.KEY_ABSENT));
    keys.check();
  }

  @Test
  void generateWhenSessionIsLoggedOutThenLogsInAgain() throws Exception {
    ((AuthProvider) source.provider()).logout();

    assertVerifies(
        pairs.generate("rpt-00000000000000d1"), keys.sign("rpt-00000000000000d1", ALGORITHM, DATA));
  }

  @Test
  void signWhenOnTheTokenOrInSoftwareThenReportsBoth() throws Exception {
    pairs.generate("rpt-00000000000000e1");
    KeyPair software = TestKeys.newEcKey("secp256r1");
    for (int threads : new int[] {1, 2, 8}) {
      double token = rate(threads, () -> keys.sign("rpt-00000000000000e1", ALGORITHM, DATA));
      double java =
          rate(
              threads,
              () -> {
                Signature signature = Signature.getInstance(ALGORITHM);
                signature.initSign(software.getPrivate());
                signature.update(DATA);
                return signature.sign();
              });
      System.out.printf(
          "P-256 signatures, Java %s, %d threads: token %.0f/s, SunEC %.0f/s, ratio %.2f%n",
          Runtime.version().feature(), threads, token, java, token / java);
    }
  }

  private static double rate(int threads, Callable<byte[]> signature) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; ; round++) {
        List<Callable<Integer>> work = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          work.add(
              () -> {
                for (int n = 0; n < 200; n++) {
                  signature.call();
                }
                return 200;
              });
        }
        long start = System.nanoTime();
        int done = 0;
        for (Future<Integer> future : pool.invokeAll(work)) {
          done += future.get();
        }
        if (round == 2) {
          return done * 1e9 / (System.nanoTime() - start);
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static void assertVerifies(PublicKey key, byte[] signed) throws Exception {
    Signature signature = Signature.getInstance(ALGORITHM);
    signature.initVerify(key);
    signature.update(DATA);
    assertThat(signature.verify(signed)).isTrue();
  }

  /** What an independent PKCS#11 program says of a private key; empty if there is none. */
  private static String objectOf(String alias) throws Exception {
    SoftHsm.Result listed =
        SoftHsm.run(
            Map.of(
                "SOFTHSM2_CONF", System.getenv("SOFTHSM2_CONF"), "HELIOGATE_TEST_PIN", SoftHsm.PIN),
            "pkcs11-tool",
            "--module",
            "/usr/lib/softhsm/libsofthsm2.so",
            "--token-label",
            "heliogate",
            "--login",
            "--pin",
            "env:HELIOGATE_TEST_PIN",
            "--list-objects",
            "--type",
            "privkey");
    String id = HexFormat.of().formatHex(alias.getBytes(US_ASCII));
    for (String object : listed.output().split("(?=Private Key Object)")) {
      if (object.contains(id)) {
        return object;
      }
    }
    return "";
  }
}
