package org.heliogate.device.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import org.bouncycastle.util.io.pem.PemObject;
import org.jspecify.annotations.Nullable;

/** A real Mosquitto on loopback that takes client certificates only. */
public final class Mosquitto implements AutoCloseable {

  private static final int FIRST_PORT = 22500;
  private static final int LAST_PORT = 22999;

  private final Path directory;
  private final int port = freePort();
  private @Nullable Process process;

  public Mosquitto(Path directory) {
    this.directory = directory;
  }

  public String uri() {
    return "mqtts://localhost:" + port;
  }

  private static int freePort() {
    for (int port = FIRST_PORT; port <= LAST_PORT; port++) {
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return probe.getLocalPort();
      } catch (BindException e) { // Taken: try the next.
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new IllegalStateException("no free port");
  }

  public void start(TestAuthority authority, String acl) throws IOException {
    KeyPair keys = TestAuthority.newKeys();
    Files.writeString(directory.resolve("ca.pem"), authority.pem());
    Files.writeString(
        directory.resolve("broker.pem"),
        TestAuthority.pem(authority.issue("localhost", keys.getPublic())));
    Files.writeString(
        directory.resolve("broker.key"),
        TestAuthority.pem(new PemObject("PRIVATE KEY", keys.getPrivate().getEncoded())));
    Files.writeString(directory.resolve("acl"), acl);
    Files.writeString(
        directory.resolve("mosquitto.conf"),
        """
        user %s
        listener %d 127.0.0.1
        cafile %3$s/ca.pem
        certfile %3$s/broker.pem
        keyfile %3$s/broker.key
        require_certificate true
        use_identity_as_username true
        acl_file %3$s/acl
        set_tcp_nodelay true
        persistence false
        log_dest stderr
        """
            .formatted(System.getProperty("user.name"), port, directory));
    process =
        new ProcessBuilder("/usr/sbin/mosquitto", "-c", directory + "/mosquitto.conf")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("mosquitto.out").toFile())
            .start();
    Process started = process;
    await().atMost(Duration.ofSeconds(10)).until(() -> answers() || !started.isAlive());
    if (!started.isAlive()) {
      throw new IllegalStateException(
          "Mosquitto ended: " + Files.readString(directory.resolve("mosquitto.out")));
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroy();
      process.onExit().join();
    }
  }
}
