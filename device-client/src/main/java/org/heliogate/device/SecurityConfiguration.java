package org.heliogate.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.state.DurableFile;
import org.heliogate.device.state.ExclusiveLock;
import org.jspecify.annotations.Nullable;

/**
 * The security configuration file of one client (D3.4.2 §3.3): its authorization API token (AAT)
 * and the counter of the one-time passwords derived from it; and while it asks for a token, the
 * secure element's one-time password that has no answer yet.
 *
 * <p>Mode 600, replaced as a whole, shared by all processes of the device. A counter is on the disk
 * before it is handed out.
 */
final class SecurityConfiguration {

  /** A token is not used in the last part of its life, lest it expires on the way. */
  private static final Duration MARGIN = Duration.ofSeconds(30);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String AAT = "aat";
  private static final String EXPIRES_AT = "expires_at";
  private static final String COUNTER = "aat_counter";
  private static final String OTP = "client_otp";
  private static final String OTP_REPEATED = "client_otp_repeated";

  private final Path file;
  private final ExclusiveLock lock;
  private final ExclusiveLock asking;

  SecurityConfiguration(Path file) {
    this.file = file;
    this.lock = new ExclusiveLock(Path.of(file + ".lock"));
    this.asking = new ExclusiveLock(Path.of(file + ".asking.lock"));
  }

  /**
   * Asks the server for a token while nobody else does, so that no two requests share a one-time
   * password. The file itself stays free for those who have a token.
   */
  void asking(Runnable action) {
    asking.holding(
        () -> {
          action.run();
          return file;
        });
  }

  /** The token if it is valid for some time yet. */
  Optional<String> aat(Instant now) {
    ObjectNode state = read();
    Instant expiry = Instant.ofEpochSecond(state.path(EXPIRES_AT).asLong(0));
    return now.plus(MARGIN).isBefore(expiry)
        ? Optional.of(state.path(AAT).asText(""))
        : Optional.empty();
  }

  /**
   * The one-time password to ask for a token with: the one that has no answer yet, otherwise a
   * fresh one, which is on the disk before it is handed out.
   *
   * @param fresh draws one from the secure element
   */
  String otp(Supplier<String> fresh) {
    return lock.holding(
        () -> {
          ObjectNode state = read();
          if (!state.has(OTP)) {
            state.put(OTP, fresh.get());
            write(state);
          } else if (!state.has(OTP_REPEATED)) {
            state.put(OTP_REPEATED, true);
            write(state);
          }
          return state.path(OTP).asText();
        });
  }

  /**
   * Drops the one-time password, which the server has refused.
   *
   * @return whether it was handed out more than once, so that an earlier request may have spent it
   */
  boolean dropOtp() {
    return lock.holding(
        () -> {
          ObjectNode state = read();
          boolean repeated = state.remove(OTP_REPEATED) != null;
          if (state.remove(OTP) != null) {
            write(state);
          }
          return repeated;
        });
  }

  /** Keeps a new token, whose counter starts anew; the one-time password has its answer. */
  void store(String aat, Instant expiresAt) {
    lock.holding(
        () -> {
          ObjectNode state = JSON.createObjectNode();
          state.put(AAT, aat);
          state.put(EXPIRES_AT, expiresAt.getEpochSecond());
          state.put(COUNTER, 0L);
          write(state);
          return state;
        });
  }

  /** Drops the token and the one-time password; dropping none succeeds. */
  void forget() {
    lock.holding(
        () -> {
          DurableFile.delete(file);
          return file;
        });
  }

  /** Spends the next counter of the token that is stored now. */
  SpentCounter spend() {
    return lock.holding(
        () -> {
          ObjectNode state = read();
          String aat = aat(state);
          long counter = state.path(COUNTER).asLong() + 1;
          state.put(COUNTER, counter);
          write(state);
          return new SpentCounter(aat, counter);
        });
  }

  /** The token, whatever its age. */
  String current() {
    return aat(read());
  }

  private String aat(ObjectNode state) {
    String aat = state.path(AAT).asText("");
    if (aat.isEmpty()) {
      throw new ConfigurationException(
          "there is no authorization token in " + file, "Run the command again.");
    }
    return aat;
  }

  private ObjectNode read() {
    if (!Files.exists(file)) {
      return JSON.createObjectNode();
    }
    try {
      JsonNode content = JSON.readTree(DurableFile.read(file, "Check its permissions."));
      if (content instanceof ObjectNode object) {
        return object;
      }
    } catch (IOException e) {
      throw damaged(e);
    }
    throw damaged(null);
  }

  private ConfigurationException damaged(@Nullable IOException cause) {
    return new ConfigurationException(
        file + " is damaged", "Delete it; the client gets a new token.", cause);
  }

  private void write(ObjectNode state) {
    DurableFile.write(file, state.toString());
  }

  /** A token and a counter that nobody else has. */
  record SpentCounter(String aat, long counter) {

    @Override
    public String toString() {
      return "SpentCounter[" + counter + "]";
    }
  }
}
