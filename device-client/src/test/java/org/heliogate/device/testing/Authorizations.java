package org.heliogate.device.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The server's side of the one-time passwords, written from the contract. */
public final class Authorizations {

  private static final Pattern AAT_OTP =
      Pattern.compile(
          "AAT-OTP id=\"([^\"]+)\", ctr=\"([1-9][0-9]*)\", mac=\"([A-Za-z0-9_-]{43})\"");

  private Authorizations() {}

  public static String clientOtp(byte[] secret, long counter, String clientId) throws Exception {
    byte[] id = clientId.getBytes(StandardCharsets.UTF_8);
    byte[] input = ByteBuffer.allocate(8 + id.length).putLong(counter).put(id).array();
    return counter + "." + encode(hmac(secret, input));
  }

  /** Checks the header of a request made with an AAT and returns its counter. */
  public static long checkAatOtp(ScriptedServer.Request request, String issuer, String aat)
      throws Exception {
    Matcher header = AAT_OTP.matcher(request.header("Authorization"));
    assertThat(header.matches()).as(request.header("Authorization")).isTrue();
    assertThat(header.group(1)).isEqualTo(aat.substring(0, aat.indexOf('.')));
    long counter = Long.parseLong(header.group(2));
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    byte[] key = sha256.digest(aat.getBytes(StandardCharsets.UTF_8));
    byte[] line =
        (request.method() + "\n" + issuer + request.path() + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] body = sha256.digest(request.body());
    byte[] input =
        ByteBuffer.allocate(8 + line.length + body.length)
            .putLong(counter)
            .put(line)
            .put(body)
            .array();
    assertThat(header.group(3)).isEqualTo(encode(hmac(key, input)));
    return counter;
  }

  private static byte[] hmac(byte[] key, byte[] input) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(input);
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
