package org.heliogate.rest.admin;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.heliogate.authz.ca.CertificateFilter;
import org.heliogate.authz.ca.CertificateStatus;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.error.RequestException.Fault;
import org.heliogate.rest.wire.FormParameters;
import org.jspecify.annotations.Nullable;

/** The parameters of a search for certificates. */
final class CertificateQuery {

  private static final String CN = "CN=";

  private CertificateQuery() {}

  /**
   * Reads them.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} if one is malformed
   */
  static CertificateFilter read(FormParameters parameters) {
    return new CertificateFilter(
        hexadecimal(parameters, "serial"),
        parameters.find("subject").map(CertificateQuery::commonName).orElse(null),
        parameters.find("client_id").orElse(null),
        parameters.find("device").orElse(null),
        parameters.find("profile").orElse(null),
        hexadecimal(parameters, "issuer"),
        parameters.find("status").map(CertificateQuery::status).orElse(null),
        time(parameters, "expires_after"),
        time(parameters, "expires_before"));
  }

  private static String commonName(String subject) {
    return subject.regionMatches(true, 0, CN, 0, CN.length())
        ? subject.substring(CN.length())
        : subject;
  }

  private static @Nullable String hexadecimal(FormParameters parameters, String name) {
    String text = parameters.find(name).orElse(null);
    if (text != null && !text.matches("[0-9A-Fa-f]{1,64}")) {
      throw refused(name + " is hexadecimal");
    }
    return text == null ? null : text.toLowerCase(Locale.ROOT);
  }

  private static @Nullable Instant time(FormParameters parameters, String name) {
    List<Fault> faults = new ArrayList<>();
    Instant time = NewGrant.instant(name, parameters.find(name).orElse(null), faults);
    if (!faults.isEmpty()) {
      throw refused(name + " is a time such as 2027-01-31T00:00:00Z");
    }
    return time;
  }

  private static CertificateStatus status(String text) {
    return Arrays.stream(CertificateStatus.values())
        .filter(status -> status.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(() -> refused("status is intent, issued, held, revoked or orphaned"));
  }

  private static RequestException refused(String detail) {
    return new RequestException(ErrorCode.INVALID_REQUEST, detail);
  }
}
