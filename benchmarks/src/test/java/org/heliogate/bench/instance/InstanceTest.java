package org.heliogate.bench.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.heliogate.device.failure.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceTest {

  private final Path home;

  InstanceTest(@TempDir Path home) throws IOException {
    this.home = home;
    Files.writeString(home.resolve("endpoints.json"), "{\"issuer\":\"https://localhost:8443\"}");
    Files.writeString(
        home.resolve("admin.json"), "{\"client_id\":\"c-1\",\"client_secret\":\"s3cr3t\"}");
  }

  private Instance read(String databaseUrl) {
    return Instance.in(Map.of("HELIOGATE_HOME", home.toString(), "HELIOGATE_DB_URL", databaseUrl));
  }

  @Test
  void inWhenDescribedThenKnowsIssuerAndDatabase() {
    assertThat(read("").issuer()).isEqualTo(URI.create("https://localhost:8443"));
    assertThat(read("").database()).isEqualTo("H2 file");
    assertThat(read("jdbc:postgresql://localhost/heliogate").database()).isEqualTo("PostgreSQL");
  }

  @Test
  void inWhenDamagedThenSaysWhichFileWithoutItsContent() throws IOException {
    Files.writeString(home.resolve("admin.json"), "{\"client_secret\":\"s3cr3t");

    assertThatThrownBy(() -> read(""))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("admin.json")
        .hasMessageNotContaining("s3cr3t")
        .hasNoCause();
  }

  @Test
  void inWhenHomeIsNotSetThenSaysSo() {
    assertThatThrownBy(() -> Instance.in(Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("HELIOGATE_HOME");
  }

  @Test
  void serverJavaWhenItsProcessRunsThenItsVersion() throws IOException {
    Files.createDirectory(home.resolve("run"));
    Files.writeString(home.resolve("run/server.pid"), ProcessHandle.current().pid() + "\n1 2\n");

    assertThat(read("").serverJava()).contains(System.getProperty("java.version"));
  }

  @Test
  void serverJavaWhenNothingRunsThenUnknown() {
    assertThat(read("").serverJava()).isEmpty();
  }

  @Test
  void toStringWhenPrintedThenWithoutTheSecret() {
    assertThat(read("").toString()).doesNotContain("s3cr3t");
  }
}
