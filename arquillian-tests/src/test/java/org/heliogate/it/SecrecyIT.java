package org.heliogate.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.DeviceClient;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.KnownSecrets;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Uma;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Nothing that is secret shows anywhere. It looks for all secrets of the tests that ran before it
 * on this instance, and for those of a flow of its own, in which everything happens once.
 */
class SecrecyIT {

  private static final Instance INSTANCE = Instance.current();
  private static final List<String> COMMAND_LINES = new ArrayList<>();

  @BeforeAll
  static void useEverySecretOnce() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    Thread watcher =
        new Thread(
            () -> {
              do {
                COMMAND_LINES.addAll(commandLines());
              } while (!over.get());
            });
    watcher.start();
    TestDevice device = TestDevice.loaded(INSTANCE);
    DeviceClient client = device.bootstrapped();
    client.token("1.AAAA").refused(401, "invalid_client");
    Uma uma = client.uma();
    uma.certificate();
    uma.redeem(uma.ticket(), Map.of("csr", "AAAA")).refused(400, "invalid_request");
    Application application =
        INSTANCE.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
    Uma other = application.uma();
    other.redeemPatiently(other.ticket(), Map.of("credential", "password")).expect(200);
    over.set(true);
    watcher.join();
  }

  @Test
  void auditRowsWhenReadThenHoldNoSecret() {
    assertThat(KnownSecrets.count()).isGreaterThan(10);
    INSTANCE
        .admin()
        .list("audit-events")
        .forEach(row -> assertThat(KnownSecrets.in(row.toString())).as("%s", row).isEmpty());
  }

  @Test
  void logsWhenReadThenHoldNoSecret() throws IOException {
    for (String directory : List.of("logs", "server/log")) {
      for (Path file : files(INSTANCE.home().resolve(directory))) {
        assertThat(KnownSecrets.in(content(file))).as("%s", file).isEmpty();
      }
    }
  }

  @Test
  void configurationWhenReadThenHoldsNoSecret() throws IOException {
    for (String directory : List.of("server/configuration", "mosquitto", "run")) {
      for (Path file : files(INSTANCE.home().resolve(directory))) {
        assertThat(KnownSecrets.in(content(file))).as("%s", file).isEmpty();
      }
    }
  }

  @Test
  void databaseWhenReadThenHoldsNoSecretInClear() throws IOException {
    Path data = INSTANCE.home().resolve("server/data");
    assertThat(files(data)).isNotEmpty();
    for (Path file : files(data)) {
      assertThat(KnownSecrets.in(content(file))).as("%s", file).isEmpty();
    }
  }

  @Test
  void processListWhenReadThenShowsNoSecret() {
    assertThat(COMMAND_LINES).anyMatch(line -> line.contains("mosquitto"));
    COMMAND_LINES.forEach(
        line -> assertThat(KnownSecrets.in(line)).as("%s", KnownSecrets.masked(line)).isEmpty());
  }

  @Test
  void filesWithSecretsWhenLookedAtThenTheOwnersAlone() throws IOException {
    List<Path> secret = new ArrayList<>(files(INSTANCE.home().resolve("secrets")));
    secret.add(INSTANCE.home().resolve("admin.json"));
    secret.add(INSTANCE.home().resolve("pki/https.p12"));
    secret.add(INSTANCE.home().resolve("pki/broker.key"));
    for (Path file : secret) {
      assertThat(Files.getPosixFilePermissions(file))
          .as("%s", file)
          .isSubsetOf(Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
    }
  }

  private static List<String> commandLines() {
    List<String> lines = new ArrayList<>();
    ProcessHandle.allProcesses()
        .forEach(
            process -> {
              try {
                Path file = Path.of("/proc", Long.toString(process.pid()), "cmdline");
                lines.add(Files.readString(file, ISO_8859_1).replace('\0', ' '));
              } catch (IOException e) {
                // It has ended meanwhile: there is no command line to look at.
                lines.add("");
              }
            });
    return lines;
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> walk = Files.walk(directory)) {
      return walk.filter(Files::isRegularFile).toList();
    }
  }

  private static String content(Path file) throws IOException {
    return Files.readString(file, ISO_8859_1);
  }
}
