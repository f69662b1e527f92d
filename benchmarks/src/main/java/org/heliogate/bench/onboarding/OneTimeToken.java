package org.heliogate.bench.onboarding;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.heliogate.device.http.Authorization;

/**
 * An AAT presented as {@code AAT-OTP} (HTTP contract; D3.4.2 §4, last paragraph) with its counter
 * in memory: a real device keeps that on its disk, which is not what a benchmark of the server
 * should wait for.
 */
final class OneTimeToken implements Authorization {

  private final String aat;
  private long counter;

  OneTimeToken(String aat) {
    this.aat = aat;
  }

  @Override
  public synchronized String header(String method, URI uri, byte[] body) {
    counter++;
    String handle = aat.substring(0, aat.lastIndexOf('.'));
    return "AAT-OTP id=\"%s\", ctr=\"%d\", mac=\"%s\""
        .formatted(handle, counter, mac(aat, counter, method, uri, body));
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
