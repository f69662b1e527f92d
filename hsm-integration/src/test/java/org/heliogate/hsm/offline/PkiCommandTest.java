package org.heliogate.hsm.offline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.heliogate.hsm.SoftHsm;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PkiCommandTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-01T12:00:00Z"), ZoneOffset.UTC);
  private static final String EVALUATION = "--evaluation-pkcs12";
  private static final List<String> FILES =
      List.of(
          "root.pem",
          "issuing.pem",
          "ca.pem",
          "https.p12",
          "trust.p12",
          "mqtt-proxy.p12",
          "broker.key",
          "broker.pem",
          "crl.pem",
          "import.json");

  private Path home;

  @BeforeEach
  void prepare(@TempDir Path directory) throws Exception {
    home = directory;
    Files.createDirectories(home.resolve("secrets"));
    Files.writeString(home.resolve("secrets/keystore.password"), SoftHsm.PASSWORD);
  }

  @Test
  void initWhenEvaluationThenWarnsAndWritesEveryFile() throws Exception {
    SoftHsm.Result result = OfflinePki.init(home, CLOCK, EVALUATION);

    assertThat(result.exitCode()).as(result.output()).isZero();
    assertThat(result.output()).contains("WARNING").doesNotContain(SoftHsm.PASSWORD);
    for (String file : FILES) {
      assertThat(home.resolve("pki").resolve(file)).exists();
    }
    assertThat(mode("pki/broker.key")).isEqualTo("rw-------");
    assertThat(mode("pki/https.p12")).isEqualTo("rw-------");
    assertThat(mode("hsm/keys.p12")).isEqualTo("rw-------");
    assertThat(mode("pki/crl.pem")).isEqualTo("rw-r--r--");
    KeyStore https = keyStore("https.p12");
    assertThat(https.getCertificateChain("https")).hasSize(3);
    assertThat(keyStore("mqtt-proxy.p12").isKeyEntry("proxy")).isTrue();
    assertThat(keyStore("trust.p12").size()).isEqualTo(2);
    try (Stream<Path> files = Files.list(home.resolve("pki"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.endsWith(".new"));
    }
  }

  @Test
  void initWhenRepeatedThenChangesNothing() throws Exception {
    OfflinePki.init(home, CLOCK, EVALUATION);
    Map<String, byte[]> before = content();
    SoftHsm.Result again = OfflinePki.init(home, CLOCK, EVALUATION);

    assertThat(again.exitCode()).isZero();
    assertThat(again.output()).doesNotContain("made").doesNotContain("issued");
    assertThat(content()).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void initWhenAnyFileIsMissingThenCompletesWithTheSameAuthorities() throws Exception {
    OfflinePki.init(home, CLOCK, EVALUATION);
    byte[] root = Files.readAllBytes(home.resolve("pki/root.pem"));
    byte[] issuing = Files.readAllBytes(home.resolve("pki/issuing.pem"));
    for (String file : FILES) {
      Files.delete(home.resolve("pki").resolve(file));
      SoftHsm.Result result = OfflinePki.init(home, CLOCK, EVALUATION);

      assertThat(result.exitCode()).as(file + ": " + result.output()).isZero();
      assertThat(home.resolve("pki").resolve(file)).exists();
      assertThat(Files.readAllBytes(home.resolve("pki/root.pem"))).isEqualTo(root);
      assertThat(Files.readAllBytes(home.resolve("pki/issuing.pem"))).isEqualTo(issuing);
    }
  }

  @Test
  void initWhenRunEndedBeforeTheLastKeyThenCompletes() throws Exception {
    OfflinePki.init(home, CLOCK, EVALUATION);
    Path file = home.resolve("hsm/keys.p12");
    KeyStore keys = load(file);
    keys.deleteEntry("seal");
    try (var out = Files.newOutputStream(file)) {
      keys.store(out, SoftHsm.PASSWORD.toCharArray());
    }
    assertThat(OfflinePki.init(home, CLOCK, EVALUATION).exitCode()).isZero();
    assertThat(load(file).isKeyEntry("seal")).isTrue();
  }

  @Test
  void initWhenCaKeyIsGoneThenRefusesToMakeAnotherRoot() throws Exception {
    OfflinePki.init(home, CLOCK, EVALUATION);
    Files.delete(home.resolve("hsm/keys.p12"));
    SoftHsm.Result result = OfflinePki.init(home, CLOCK, EVALUATION);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output()).contains("restore the token");
  }

  @Test
  void initWhenCertificatesEndSoonThenIssuesThemAgainAndKeepsTheBrokersKey() throws Exception {
    OfflinePki.init(home, CLOCK, EVALUATION);
    byte[] brokerKey = Files.readAllBytes(home.resolve("pki/broker.key"));
    byte[] chain = Files.readAllBytes(home.resolve("pki/broker.pem"));
    Clock later = Clock.offset(CLOCK, Duration.ofDays(250));
    SoftHsm.Result result = OfflinePki.init(home, later, EVALUATION);

    assertThat(result.output())
        .contains("https.p12 ends on")
        .contains("broker.pem ends on")
        .contains("mqtt-proxy.p12 ends on");
    assertThat(Files.readAllBytes(home.resolve("pki/broker.key"))).isEqualTo(brokerKey);
    assertThat(Files.readAllBytes(home.resolve("pki/broker.pem"))).isNotEqualTo(chain);
    X509Certificate https = (X509Certificate) keyStore("https.p12").getCertificate("https");
    assertThat(https.getNotAfter().toInstant()).isAfter(later.instant().plus(Duration.ofDays(360)));
    assertThat(OfflinePki.init(home, later, EVALUATION).output()).doesNotContain("issued");
    assertThat(OfflinePki.run(later, "show", "--home", home.toString()).output())
        .containsOnlyOnce("issuing-ca")
        .contains("https")
        .contains("days left");
  }

  @Test
  void initWhenHostChangesThenIssuesServersAgain() throws Exception {
    OfflinePki.init(home, CLOCK, EVALUATION);
    SoftHsm.Result result = OfflinePki.init(home, CLOCK, EVALUATION, "--host", "grid.example");

    assertThat(result.output())
        .contains("https.p12 names other hosts")
        .contains("broker.pem names other hosts")
        .doesNotContain("mqtt-proxy");
  }

  @Test
  void initWhenPasswordIsMissingThenSaysWhichFile() throws Exception {
    Files.delete(home.resolve("secrets/keystore.password"));
    SoftHsm.Result result = OfflinePki.init(home, CLOCK, EVALUATION);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output()).contains("keystore.password is missing");
  }

  @Test
  void initWhenArgumentsAreWrongThenSaysSo() {
    for (String[] wrong :
        new String[][] {
          {"--ip", "localhost"},
          {"--issuer", "http://localhost"},
          {"--issuer", "https://elsewhere"},
          {"--pki-uri", "https://localhost/pki"}
        }) {
      String[] arguments = {
        "init",
        "--home",
        home.toString(),
        wrong[0],
        wrong[1],
        wrong[0].equals("--issuer") ? "--pki-uri" : "--issuer",
        wrong[0].equals("--issuer") ? "http://localhost/pki" : "https://localhost",
        "--pki-uri".equals(wrong[0]) ? "--host" : "--organization",
        "localhost"
      };
      assertThat(OfflinePki.run(CLOCK, arguments).exitCode()).isNotZero();
    }
    assertThat(home.resolve("pki")).doesNotExist();
  }

  @Test
  void showWhenThereIsNothingThenFails() {
    SoftHsm.Result result = OfflinePki.run(CLOCK, "show", "--home", home.toString());

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output()).contains("run init first");
  }

  @Test
  void slotOfWhenLabelIsThereTwiceOrNotThenSaysSo() throws Exception {
    String listing = "Slot 77\n    Label:            heliogate      \nSlot 2\n    Label:    \n";

    assertThat(Pkcs11Configuration.slotOf("heliogate", listing.lines())).isEqualTo("77");
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> Pkcs11Configuration.slotOf("heliogate", (listing + listing).lines()))
        .hasMessageContaining("more than one");
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> Pkcs11Configuration.slotOf("other", listing.lines()))
        .hasMessageContaining("no token");
  }

  private Map<String, byte[]> content() throws Exception {
    Map<String, byte[]> content = new HashMap<>();
    for (String file : FILES) {
      content.put(file, Files.readAllBytes(home.resolve("pki").resolve(file)));
    }
    return content;
  }

  private String mode(String file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(file)));
  }

  private KeyStore keyStore(String file) throws Exception {
    return load(home.resolve("pki").resolve(file));
  }

  private static KeyStore load(Path file) throws Exception {
    KeyStore keyStore = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keyStore.load(in, SoftHsm.PASSWORD.toCharArray());
    }
    return keyStore;
  }
}
