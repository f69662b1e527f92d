package org.heliogate.rest.wire;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.token.TokenAuthenticator.AatOtp;

/** The parameters of {@code Authorization: AAT-OTP id="…", ctr="…", mac="…"} (RFC 9110 §11.4). */
final class AatOtpHeader {

  private static final Pattern PARAMETER =
      Pattern.compile("\\G\\s*([a-z]+)=\"([A-Za-z0-9._-]{1,2048})\"\\s*(?:,|$)");
  private static final Pattern COUNTER = Pattern.compile("[1-9][0-9]{0,17}");

  private AatOtpHeader() {}

  /**
   * Reads the parameters.
   *
   * @throws RequestException {@link ErrorCode#INVALID_TOKEN} unless each stands there once
   */
  static AatOtp parse(String parameters) {
    Map<String, String> values = new HashMap<>();
    Matcher matcher = PARAMETER.matcher(parameters);
    int end = 0;
    while (matcher.find()) {
      if (values.put(matcher.group(1), matcher.group(2)) != null) {
        throw malformed();
      }
      end = matcher.end();
    }
    String id = values.get("id");
    String counter = values.get("ctr");
    String mac = values.get("mac");
    if (end != parameters.length()
        || values.size() != 3
        || id == null
        || counter == null
        || mac == null
        || !COUNTER.matcher(counter).matches()) {
      throw malformed();
    }
    return new AatOtp(id, Long.parseLong(counter), mac);
  }

  private static RequestException malformed() {
    return new RequestException(
        ErrorCode.INVALID_TOKEN, "AAT-OTP has the parameters id, ctr and mac, once each");
  }
}
