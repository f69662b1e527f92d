package org.heliogate.device;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.heliogate.device.element.SecureElement;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.http.RequestBody;

/** How a client proves who it is at the token endpoint. */
public sealed interface ClientAuthentication {

  /**
   * Form fields of the authentication.
   *
   * @param clientId the client
   * @param otp gives the one-time password to use: one that has no answer yet, or else a fresh one
   *     from the given supplier
   */
  Map<String, String> fields(String clientId, Function<Supplier<String>, String> otp);

  /** A fixed {@code Authorization} header, empty for none. */
  String header(String clientId);

  /** Whether tokens got this way are used through {@code AAT-OTP} rather than as Bearer. */
  boolean onDevice();

  /** {@code client_otp}: a one-time password of the secure element (D3.4.2 §4). */
  record OneTimePassword(SecureElement element) implements ClientAuthentication {

    @Override
    public Map<String, String> fields(String clientId, Function<Supplier<String>, String> otp) {
      String password = otp.apply(() -> element.oneTimePassword(clientId));
      return Map.of("client_id", clientId, "client_otp", password);
    }

    @Override
    public String header(String clientId) {
      return "";
    }

    @Override
    public boolean onDevice() {
      return true;
    }
  }

  /**
   * {@code client_secret_basic} (RFC 6749 §2.3.1).
   *
   * @param secret reads the secret
   * @param onDevice whether the client runs on a device with a secure element
   */
  record SecretBasic(Supplier<String> secret, boolean onDevice) implements ClientAuthentication {

    @Override
    public Map<String, String> fields(String clientId, Function<Supplier<String>, String> otp) {
      return Map.of();
    }

    @Override
    public String header(String clientId) {
      String pair = RequestBody.encode(clientId) + ":" + RequestBody.encode(secret.get());
      return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * {@code client_secret_post} (RFC 6749 §2.3.1).
   *
   * @param secret reads the secret
   * @param onDevice whether the client runs on a device with a secure element
   */
  record SecretPost(Supplier<String> secret, boolean onDevice) implements ClientAuthentication {

    @Override
    public Map<String, String> fields(String clientId, Function<Supplier<String>, String> otp) {
      return Map.of("client_id", clientId, "client_secret", secret.get());
    }

    @Override
    public String header(String clientId) {
      return "";
    }
  }

  /**
   * None that works here: the client may only use methods which this library lacks. It fails when
   * it is asked for, not before, so that the device's other clients work.
   *
   * @param client the client's name on the device
   */
  record Unusable(String client) implements ClientAuthentication {

    @Override
    public Map<String, String> fields(String clientId, Function<Supplier<String>, String> otp) {
      throw failure();
    }

    @Override
    public String header(String clientId) {
      throw failure();
    }

    @Override
    public boolean onDevice() {
      return true;
    }

    private ConfigurationException failure() {
      return new ConfigurationException(
          "the client " + client + " has no way to authenticate that works here",
          "Give it client_otp in the workflow's authentication list.");
    }
  }
}
