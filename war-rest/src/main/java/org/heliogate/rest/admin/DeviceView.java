package org.heliogate.rest.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.heliogate.authz.device.Device;

/**
 * A device as operators see it.
 *
 * @param publicKey SubjectPublicKeyInfo, PEM
 * @param onboarding how far its bootstrap has come
 * @param standing whether it may take part
 */
record DeviceView(
    String masterId,
    String publicKey,
    Map<String, String> attributes,
    List<String> workflows,
    String onboarding,
    String standing,
    Instant createdAt,
    Instant updatedAt) {

  private static final int LINE = 64;

  static DeviceView of(Device device) {
    return new DeviceView(
        device.masterId(),
        pem(device.publicKey()),
        device.attributes(),
        device.workflows(),
        device.onboarding().name().toLowerCase(Locale.ROOT),
        device.standing().name().toLowerCase(Locale.ROOT),
        device.createdAt(),
        device.updatedAt());
  }

  static String tag(Device device) {
    return Long.toString(device.version());
  }

  private static String pem(String base64) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(LINE, "\n".getBytes(US_ASCII))
            .encodeToString(Base64.getDecoder().decode(base64))
        + "\n-----END PUBLIC KEY-----\n";
  }
}
