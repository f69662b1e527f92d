package org.heliogate.hsm.offline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heliogate.hsm.SoftHsm;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The offline command as {@code ./heliogate up} runs it, on a real token. */
class PkiCommandIT {

  private static Path home;
  private static Map<String, String> environment;
  private static SoftHsm.Result first;

  @BeforeAll
  static void initialise(@TempDir Path directory) throws Exception {
    home = directory;
    Path configuration = home.resolve("hsm/softhsm2.conf");
    Files.createDirectories(home.resolve("hsm"));
    environment = Map.of("SOFTHSM2_CONF", configuration.toString());
    SoftHsm.prepare(home, configuration);
    first = init();
  }

  @Test
  void initWhenFirstThenMakesEverythingAndTellsNoSecret() {
    assertThat(first.exitCode()).as(first.output()).isZero();
    assertThat(first.output())
        .contains("made the root CA")
        .doesNotContain(SoftHsm.PIN)
        .doesNotContain(SoftHsm.PASSWORD);
  }

  @Test
  void initWhenRepeatedThenChangesNothing() throws Exception {
    byte[] before = Files.readAllBytes(home.resolve("pki/import.json"));
    SoftHsm.Result again = init();

    assertThat(again.exitCode()).as(again.output()).isZero();
    assertThat(again.output()).doesNotContain("made").doesNotContain("issued");
    assertThat(Files.readAllBytes(home.resolve("pki/import.json"))).isEqualTo(before);
  }

  @Test
  void opensslWhenStrictThenAcceptsChainsAndCrls() throws Exception {
    Path proxy = home.resolve("proxy.pem");
    Path https = home.resolve("https.pem");
    extract("mqtt-proxy.p12", proxy);
    extract("https.p12", https);
    for (String[] check :
        new String[][] {
          {"sslserver", home.resolve("pki/broker.pem").toString()},
          {"sslserver", https.toString()},
          {"sslclient", proxy.toString()}
        }) {
      SoftHsm.Result result =
          SoftHsm.run(
              environment,
              "openssl",
              "verify",
              "-x509_strict",
              "-crl_check_all",
              "-purpose",
              check[0],
              "-CAfile",
              home.resolve("pki/root.pem").toString(),
              "-untrusted",
              home.resolve("pki/issuing.pem").toString(),
              "-CRLfile",
              home.resolve("pki/crl.pem").toString(),
              check[1]);

      assertThat(result.output()).contains(": OK");
      assertThat(result.exitCode()).isZero();
    }
  }

  @Test
  void opensslWhenServerActsAsClientThenRefuses() throws Exception {
    SoftHsm.Result result =
        SoftHsm.run(
            environment,
            "openssl",
            "verify",
            "-purpose",
            "sslclient",
            "-CAfile",
            home.resolve("pki/ca.pem").toString(),
            home.resolve("pki/broker.pem").toString());

    assertThat(result.exitCode()).isNotZero();
  }

  @Test
  void pkcs11ToolThenEveryKeyIsSensitiveAndNeverExtractable() throws Exception {
    Matcher library =
        Pattern.compile("library = (\\S+)")
            .matcher(Files.readString(home.resolve("hsm/pkcs11.cfg")));
    assertThat(library.find()).isTrue();
    SoftHsm.Result listing =
        SoftHsm.run(
            Map.of(
                "SOFTHSM2_CONF", home.resolve("hsm/softhsm2.conf").toString(), "PIN", SoftHsm.PIN),
            "pkcs11-tool",
            "--module",
            library.group(1),
            "--token-label",
            "heliogate",
            "--login",
            "--pin",
            "env:PIN",
            "--list-objects");
    List<String> keys = new ArrayList<>();
    for (String object : listing.output().split("(?m)^(?=\\S)", -1)) {
      if (object.startsWith("Private Key Object") || object.startsWith("Secret Key Object")) {
        keys.add(object);
      }
    }

    assertThat(keys).as(listing.output()).hasSize(3);
    assertThat(keys)
        .allSatisfy(
            key ->
                assertThat(key).contains("sensitive, always sensitive, never extractable, local"));
  }

  @Test
  void showThenListsKeysAndCertificates() throws Exception {
    SoftHsm.Result result = command("show", "--home", home.toString());

    assertThat(result.exitCode()).as(result.output()).isZero();
    assertThat(result.output())
        .contains("root     present", "seal     present", "proxy-client", "CN=heliogate-proxy")
        .doesNotContain("MISSING");
  }

  @Test
  void showWhenPinIsWrongThenSaysSoWithoutIt(@TempDir Path other) throws Exception {
    SoftHsm.run(environment, "cp", "-r", home.toString() + "/.", other.toString());
    Files.writeString(other.resolve("secrets/hsm.pin"), "999999");
    SoftHsm.Result result = command("show", "--home", other.toString());

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output()).doesNotContain("999999").contains("CKR_PIN_INCORRECT");
  }

  private static void extract(String file, Path target) throws Exception {
    SoftHsm.Result result =
        SoftHsm.run(
            environment,
            "openssl",
            "pkcs12",
            "-in",
            home.resolve("pki").resolve(file).toString(),
            "-passin",
            "file:" + home.resolve("secrets/keystore.password"),
            "-nokeys",
            "-clcerts",
            "-out",
            target.toString());
    assertThat(result.exitCode()).as(result.output()).isZero();
  }

  private static SoftHsm.Result init() throws Exception {
    return command(
        "init",
        "--home",
        home.toString(),
        "--host",
        "localhost",
        "--ip",
        "127.0.0.1",
        "--issuer",
        "https://localhost:8443",
        "--pki-uri",
        "http://localhost:8080/pki");
  }

  private static SoftHsm.Result command(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                PkiCommand.class.getName()));
    command.addAll(List.of(arguments));
    return SoftHsm.run(environment, command.toArray(String[]::new));
  }
}
