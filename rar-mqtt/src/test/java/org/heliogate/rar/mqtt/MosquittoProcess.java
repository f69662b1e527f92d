package org.heliogate.rar.mqtt;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A Mosquitto of our own on loopback, made from the templates that the product ships. */
final class MosquittoProcess implements AutoCloseable {

  private static final Path TEMPLATES = Path.of("src/main/mosquitto");
  private static final AtomicInteger NEXT_PORT =
      new AtomicInteger((int) (ProcessHandle.current().pid() % 395) * 2);

  private final Path directory;
  private final int x509Port = freePort();
  private final int passwordPort = freePort();
  private @Nullable Process process;

  MosquittoProcess(Path directory, TestPki pki) throws IOException {
    this.directory = directory;
    Map<String, Object> values =
        Map.ofEntries(
            Map.entry("MOSQUITTO_USER", System.getProperty("user.name")),
            Map.entry("PID_FILE", directory.resolve("mosquitto.pid")),
            Map.entry("LOG_FILE", directory.resolve("mosquitto.log")),
            Map.entry(
                "DYNAMIC_SECURITY_PLUGIN",
                "/usr/lib/x86_64-linux-gnu/mosquitto_dynamic_security.so"),
            Map.entry("DYNAMIC_SECURITY_FILE", directory.resolve("dynamic-security.json")),
            Map.entry("BIND_ADDRESS", "127.0.0.1"),
            Map.entry("X509_PORT", x509Port),
            Map.entry("PASSWORD_PORT", passwordPort),
            Map.entry("CA_FILE", pki.file("ca.pem")),
            Map.entry("CERTIFICATE_FILE", pki.file("broker.pem")),
            Map.entry("KEY_FILE", pki.file("broker.key")),
            Map.entry("CRL_FILE", pki.file("crl.pem")));
    String configuration = Files.readString(TEMPLATES.resolve("mosquitto.conf.template"));
    for (Map.Entry<String, Object> value : values.entrySet()) {
      configuration =
          configuration.replace("@" + value.getKey() + "@", value.getValue().toString());
    }
    Files.writeString(directory.resolve("mosquitto.conf"), configuration);
    Files.copy(
        TEMPLATES.resolve("dynamic-security.json"), directory.resolve("dynamic-security.json"));
  }

  int x509Port() {
    return x509Port;
  }

  int passwordPort() {
    return passwordPort;
  }

  void start() {
    try {
      process =
          new ProcessBuilder("mosquitto", "-c", directory.resolve("mosquitto.conf").toString())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("mosquitto.out").toFile())
              .start();
    } catch (IOException e) {
      throw new AssertionError("Mosquitto could not be started", e);
    }
    await().atMost(Duration.ofSeconds(10)).until(() -> accepts(x509Port) && accepts(passwordPort));
  }

  void stop() {
    running().destroy();
    try {
      if (!running().waitFor(10, TimeUnit.SECONDS)) {
        throw new AssertionError("Mosquitto did not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Freezes the broker: its sockets stay open and nothing answers. */
  void freeze() throws Exception {
    signal("-STOP");
  }

  /** Ends {@link #freeze}. */
  void thaw() throws Exception {
    signal("-CONT");
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private void signal(String signal) throws Exception {
    new ProcessBuilder("kill", signal, Long.toString(running().pid())).start().waitFor();
  }

  private Process running() {
    if (process == null) {
      throw new AssertionError("Mosquitto was not started");
    }
    return process;
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** The next port of our range that is free. */
  static int freePort() {
    int port = nextPort();
    while (!isFree(port)) {
      port = nextPort();
    }
    return port;
  }

  private static int nextPort() {
    return 21_200 + NEXT_PORT.getAndIncrement() % 790;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
