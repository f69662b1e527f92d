package org.heliogate.bench.tokens;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.heliogate.bench.instance.WrongAnswerException;
import org.heliogate.bench.load.LoadGenerator;
import org.heliogate.bench.load.Request;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.failure.ServerUnreachableException;
import org.jspecify.annotations.Nullable;

/**
 * A Keycloak of its own, set up as its guides say for production as far as one machine allows:
 * optimised build, HTTPS only, its file database, with the heap and the JDK that this product has.
 */
final class Keycloak implements Contender {

  private static final String HEAP = "-Xms256m -Xmx1g";
  private static final int PORT = 8444;
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(10);
  private static final Duration START_LIMIT = Duration.ofMinutes(5);

  /** A realm that it takes longer to import is more than it bears. */
  private static final Duration IMPORT_LIMIT = Duration.ofMinutes(20);

  private static final List<String> BUILD_OPTIONS =
      List.of(
          "--db=dev-file", "--cache=local", "--health-enabled=false", "--metrics-enabled=false");

  private final Workspace workspace;
  private final Path distribution;
  private final int size;
  private final Path home;
  private final URI server;
  private final Consumer<String> progress;
  private @Nullable Process process;

  /**
   * A Keycloak with so many clients and resources.
   *
   * @param distribution where it is unpacked
   * @param progress told how far the preparation is
   */
  Keycloak(Workspace workspace, Path distribution, int size, Consumer<String> progress) {
    this.workspace = workspace;
    this.distribution = distribution;
    this.size = size;
    this.home = workspace.directory().resolve(distribution.getFileName() + "-" + size);
    this.server = URI.create("https://localhost:" + (PORT + workspace.portOffset()));
    this.progress = progress;
  }

  @Override
  public String name() {
    return name(distribution);
  }

  /** Its name with its version, as the directory has it that it is unpacked in. */
  static String name(Path distribution) {
    return distribution.getFileName().toString().replace("keycloak-", "Keycloak ");
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void prepare() throws IOException {
    build();
    if (Population.read(home.resolve("population.json"), size).isPresent()) {
      progress.accept("%s has its %,d clients from an earlier run".formatted(name(), size));
      return;
    }
    Workspace.remove(home);
    Files.createDirectories(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    progress.accept("%s imports %,d clients and resources".formatted(name(), size));
    KeycloakRealm realm = new KeycloakRealm(size);
    Path document = home.resolve("realm.json");
    new ObjectMapper().writeValue(document.toFile(), realm.document());
    try {
      workspace.run(
          command("import", "--optimized", "--file=" + document),
          environment(),
          home.resolve("import.log"),
          IMPORT_LIMIT);
    } finally {
      Files.delete(document);
    }
    realm.population().write(home.resolve("population.json"));
  }

  private void build() throws IOException {
    Path built = distribution.resolve("heliogate-bench.built");
    if (Files.exists(built)) {
      return;
    }
    progress.accept(name() + " is built");
    List<String> arguments = new ArrayList<>(List.of("build"));
    arguments.addAll(BUILD_OPTIONS);
    workspace.run(
        command(arguments.toArray(new String[0])),
        environment(),
        workspace.directory().resolve("keycloak-build.log"),
        BUILD_LIMIT);
    Files.createFile(built);
  }

  private List<String> command(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(distribution.resolve("bin/kc.sh").toString(), "-Dkc.db-url-path=" + home));
    command.addAll(List.of(arguments));
    return command;
  }

  private Map<String, String> environment() {
    return Map.of("JAVA_HOME", workspace.java().toString(), "JAVA_OPTS_KC_HEAP", HEAP);
  }

  @Override
  public Running start() throws IOException {
    Population population = Population.read(home.resolve("population.json"), size).orElseThrow();
    Path log = home.resolve("keycloak.log");
    ServerKey key;
    try {
      key = ServerKey.make(workspace, home);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    Map<String, String> environment = new HashMap<>(environment());
    environment.put("KC_HTTPS_KEY_STORE_PASSWORD", key.password());
    Process script =
        workspace.start(
            command(
                "start",
                "--optimized",
                "--http-host=127.0.0.1",
                "--https-port=" + server.getPort(),
                "--https-key-store-file=" + key.store(),
                "--hostname=" + server,
                "--log-level=warn"),
            environment,
            log);
    hold(script);
    try {
      await(script, key.certificate(), log);
      return new Started(script, key.certificate(), population);
    } catch (RuntimeException e) {
      stop();
      throw e;
    }
  }

  private synchronized void hold(Process script) {
    process = script;
  }

  @Override
  public synchronized void stop() {
    if (process != null) {
      end(process);
      process = null;
    }
  }

  private void await(Process script, Path certificate, Path log) throws IOException {
    long began = System.nanoTime();
    while (!serves(certificate)) {
      if (!script.isAlive() || System.nanoTime() - began > START_LIMIT.toNanos()) {
        throw new ConfigurationException(name() + " does not start", "Its output is in " + log);
      }
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  private boolean serves(Path certificate) throws IOException {
    try (LoadGenerator generator = LoadGenerator.connect(server, certificate, 1)) {
      String path = "/realms/" + KeycloakRealm.NAME + "/.well-known/uma2-configuration";
      return generator.call(Request.get(server, path)).status() == 200;
    } catch (ServerUnreachableException | WrongAnswerException e) {
      return false;
    }
  }

  /** The script's Java; while there is none, the script itself. */
  private static ProcessHandle java(Process script) {
    return script.children().findFirst().orElse(script.toHandle());
  }

  private static void end(Process script) {
    ProcessHandle java = java(script);
    try {
      Workspace.end(script);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    java.destroyForcibly();
  }

  /** One that runs. */
  private final class Started implements Running {

    private final Process script;
    private final Path certificate;
    private final Population population;

    Started(Process script, Path certificate, Population population) {
      this.script = script;
      this.certificate = certificate;
      this.population = population;
    }

    @Override
    public URI server() {
      return server;
    }

    @Override
    public Path authorities() {
      return certificate;
    }

    @Override
    public long pid() {
      return java(script).pid();
    }

    @Override
    public Vocabulary vocabulary() {
      return Vocabulary.keycloak(KeycloakRealm.NAME);
    }

    @Override
    public Population population() {
      return population;
    }
  }
}
