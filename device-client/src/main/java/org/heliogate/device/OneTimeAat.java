package org.heliogate.device;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.heliogate.device.http.Authorization;

/**
 * A one-time password derived from the authorization API token, sent in its place (D3.4.2 §4, last
 * paragraph; {@code AAT-OTP} of the HTTP contract).
 */
final class OneTimeAat implements Authorization {

  private final Supplier<SecurityConfiguration.SpentCounter> counters;

  OneTimeAat(Supplier<SecurityConfiguration.SpentCounter> counters) {
    this.counters = counters;
  }

  @Override
  public String header(String method, URI uri, byte[] body) {
    SecurityConfiguration.SpentCounter spent = counters.get();
    String aat = spent.aat();
    int dot = aat.lastIndexOf('.');
    return "AAT-OTP id=\"%s\", ctr=\"%d\", mac=\"%s\""
        .formatted(
            dot < 0 ? aat : aat.substring(0, dot),
            spent.counter(),
            mac(aat, spent.counter(), method, uri, body));
  }

  static String mac(String aat, long counter, String method, URI uri, byte[] body) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      byte[] key = sha256.digest(aat.getBytes(StandardCharsets.UTF_8));
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(ByteBuffer.allocate(Long.BYTES).putLong(0, counter));
      mac.update((method + "\n" + uri + "\n").getBytes(StandardCharsets.UTF_8));
      byte[] code = mac.doFinal(sha256.digest(body));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(code);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java lacks SHA-256", e);
    }
  }
}
