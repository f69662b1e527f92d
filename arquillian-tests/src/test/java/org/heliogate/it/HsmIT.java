package org.heliogate.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Shell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys on the token, as an independent PKCS#11 program sees them. */
class HsmIT {

  private static final String MODULE = "/usr/lib/softhsm/libsofthsm2.so";
  private final Instance instance = Instance.current();

  @ParameterizedTest
  @CsvSource({"root,privkey", "issuing,privkey", "seal,secrkey"})
  void keyWhenListedThenSensitiveAndNeverExtractable(String label, String type) {
    // The JDK's provider names private keys by their ID only.
    String id = HexFormat.of().formatHex(label.getBytes(US_ASCII));
    List<String> object =
        objects(type).stream()
            .filter(o -> o.matches("(?s).*(label:\\s+" + label + "|ID:\\s+" + id + ")\\n.*"))
            .toList();
    assertThat(object).as("key %s", label).hasSize(1);
    String access =
        object
            .get(0)
            .lines()
            .filter(line -> line.contains("Access:"))
            .findFirst()
            .orElse("no access line");
    assertThat(access).contains("sensitive", "always sensitive", "never extractable", "local");
  }

  @Test
  void tokenWhenNobodyLogsInThenShowsNoPrivateKey() {
    Shell.Result result =
        Shell.run(
            Map.of("SOFTHSM2_CONF", configuration()),
            List.of(
                "pkcs11-tool",
                "--module",
                MODULE,
                "--token-label",
                "heliogate",
                "--list-objects",
                "--type",
                "privkey"));
    assertThat(result.output()).doesNotContain("Private Key Object");
  }

  private List<String> objects(String type) {
    String output =
        Shell.run(
                Map.of(
                    "SOFTHSM2_CONF",
                    configuration(),
                    "HELIOGATE_TEST_PIN",
                    instance.read("secrets/hsm.pin").strip()),
                List.of(
                    "pkcs11-tool",
                    "--module",
                    MODULE,
                    "--token-label",
                    "heliogate",
                    "--login",
                    "--pin",
                    "env:HELIOGATE_TEST_PIN",
                    "--list-objects",
                    "--type",
                    type))
            .succeeded()
            .output();
    List<String> objects = new ArrayList<>();
    for (String object : output.split("(?=Private Key Object|Secret Key Object)")) {
      objects.add(object);
    }
    return objects;
  }

  private String configuration() {
    return instance.home().resolve("hsm/softhsm2.conf").toString();
  }
}
