package org.heliogate.hsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AuthProvider;
import java.security.Signature;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.heliogate.hsm.HsmUnavailableException.Reason;
import org.heliogate.hsm.offline.PkiCommand;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The keys on a real token. The order matters at the end only, where the token is taken away. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TokenKeysIT {

  private static final byte[] DATA = "to be signed".getBytes(UTF_8);
  private static final String ALGORITHM = "SHA256withECDSA";

  private static Path home;
  private static Pkcs11KeyStoreSource source;
  private static TokenKeys keys;

  @BeforeAll
  static void makeKeys(@TempDir Path directory) throws Exception {
    home = directory;
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
  }

  @Test
  @Order(1)
  void signThenTheCertificatesKeyVerifies() throws Exception {
    assertVerifies(keys.sign(TokenKeys.ISSUING, ALGORITHM, DATA));
    keys.check();
  }

  @Test
  @Order(1)
  void signWhenSixteenThreadsThenEverySignatureIsGood() throws Exception {
    int threads = 16;
    int each = 250;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    List<byte[]> signatures = new ArrayList<>();
    long start = System.nanoTime();
    try {
      Callable<List<byte[]>> work =
          () -> {
            List<byte[]> mine = new ArrayList<>();
            for (int i = 0; i < each; i++) {
              mine.add(keys.sign(TokenKeys.ISSUING, ALGORITHM, DATA));
            }
            return mine;
          };
      for (Future<List<byte[]>> future :
          pool.invokeAll(java.util.Collections.nCopies(threads, work))) {
        signatures.addAll(future.get());
      }
    } finally {
      pool.shutdownNow();
    }
    report("P-256 signatures, 16 threads", threads * each, start);

    assertThat(signatures).hasSize(threads * each);
    for (int i = 0; i < signatures.size(); i += 100) {
      assertVerifies(signatures.get(i));
    }
  }

  @Test
  @Order(1)
  void sealWhenOnTokenThenOpensInItsContextOnly() {
    Sealer sealer = new Sealer(keys);
    byte[] context = "row/1".getBytes(UTF_8);
    byte[] sealed = sealer.seal(DATA, context);

    assertThat(sealer.open(sealed, context)).isEqualTo(DATA);
    assertThatThrownBy(() -> sealer.open(sealed, "row/2".getBytes(UTF_8)))
        .isInstanceOf(UnsealException.class);
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> sealer.open(changed, context)).isInstanceOf(UnsealException.class);
    }
    assertThat(sealer.open(sealed, context)).isEqualTo(DATA);
    long start = System.nanoTime();
    for (int i = 0; i < 1000; i++) {
      sealer.seal(DATA, context);
    }
    report("seals, 1 thread", 1000, start);
    start = System.nanoTime();
    for (int i = 0; i < 1000; i++) {
      sealer.open(sealed, context);
    }
    report("opens, 1 thread", 1000, start);
  }

  @Test
  @Order(2)
  void signWhenSessionIsLoggedOutThenLogsInAgain() throws Exception {
    ((AuthProvider) source.provider()).logout();

    assertVerifies(keys.sign(TokenKeys.ISSUING, ALGORITHM, DATA));
  }

  @Test
  @Order(2)
  void signWhenLoggedOutUnderSixteenThreadsThenNoneFails() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(16);
    try {
      List<Future<byte[]>> futures = new ArrayList<>();
      TokenKeys fresh = new TokenKeys(source, Clock.systemUTC());
      fresh.check();
      ((AuthProvider) source.provider()).logout();
      for (int i = 0; i < 64; i++) {
        futures.add(pool.submit(() -> fresh.sign(TokenKeys.ISSUING, ALGORITHM, DATA)));
      }
      for (Future<byte[]> future : futures) {
        assertVerifies(future.get());
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  @Order(3)
  void useWhenPinIsWrongThenSaysSoAndKeepsThePinToItself() throws Exception {
    ((AuthProvider) source.provider()).logout();
    TokenKeys wrong =
        new TokenKeys(
            new Pkcs11KeyStoreSource(home.resolve("hsm/pkcs11.cfg"), () -> "000000".toCharArray()),
            Clock.systemUTC());

    assertThatThrownBy(() -> wrong.sign(TokenKeys.ISSUING, ALGORITHM, DATA))
        .isInstanceOfSatisfying(
            HsmUnavailableException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.PIN_INCORRECT))
        .hasMessageNotContaining("000000");
    keys.check();
  }

  @Test
  @Order(3)
  void lookAfreshThenTellsApartWhatIsWrong() throws Exception {
    long start = System.nanoTime();
    assertThat(look(SoftHsm.PIN, TokenKeys.SEAL)).isEmpty();
    System.out.printf(
        "a look by a fresh process: %d ms%n", (System.nanoTime() - start) / 1_000_000);
    assertThat(look(SoftHsm.PIN, "nobody")).contains(Reason.KEY_ABSENT);
    assertThat(look("000000", TokenKeys.SEAL)).contains(Reason.PIN_INCORRECT);
    try (var left = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      assertThat(left.filter(path -> path.getFileName().toString().startsWith("token-probe")))
          .isEmpty();
    }
  }

  /** Why a restart is needed: this process never sees the token again, a fresh one does at once. */
  @Test
  @Order(5)
  void lookAfreshWhenTokenComesBackThenWorksThereAndNotHere() throws Exception {
    assertThat(look(SoftHsm.PIN, TokenKeys.SEAL)).contains(Reason.TOKEN_ABSENT);

    Files.move(home.resolve("hsm/taken"), home.resolve("hsm/tokens"));

    assertThat(look(SoftHsm.PIN, TokenKeys.SEAL)).isEmpty();
    assertThatThrownBy(() -> new TokenKeys(source, Clock.systemUTC()).check())
        .isInstanceOf(HsmUnavailableException.class);
  }

  private static Optional<Reason> look(String pin, String alias) throws Exception {
    return FreshProcess.look(
        List.of("-Djava.security.properties=" + home.resolve("hsm/java.security")),
        pin.toCharArray(),
        alias);
  }

  @Test
  @Order(4)
  void useWhenTokenIsTakenAwayThenSaysSoAndNeverUsesASoftwareKey() throws Exception {
    Path tokens = home.resolve("hsm/tokens");
    Files.move(tokens, home.resolve("hsm/taken"));
    TokenKeys fresh = new TokenKeys(source, Clock.systemUTC());
    ((AuthProvider) source.provider()).logout();

    assertThatThrownBy(() -> fresh.sign(TokenKeys.ISSUING, ALGORITHM, DATA))
        .isInstanceOf(HsmUnavailableException.class)
        .hasMessageContaining("restart");
  }

  private static void assertVerifies(byte[] signed) throws Exception {
    Signature signature = Signature.getInstance(ALGORITHM);
    signature.initVerify(keys.certificate(TokenKeys.ISSUING).getPublicKey());
    signature.update(DATA);
    assertThat(signature.verify(signed)).isTrue();
  }

  private static void report(String what, int count, long start) {
    System.out.printf("%s: %.0f/s%n", what, count * 1e9 / (System.nanoTime() - start));
  }
}
