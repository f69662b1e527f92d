package org.heliogate.hsm.offline;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heliogate.hsm.ca.CertificateProfile;
import org.heliogate.hsm.ca.CertificateProfile.Purpose;

/**
 * The clauses of RFC 5280 that can be told from what OpenSSL, a parser of others, prints of a
 * certificate. What is expected is written down here once more, and not taken from the profile.
 */
final class OpensslText {

  private static final Map<Purpose, String> EXTENDED =
      Map.of(
          Purpose.SERVER, "TLS Web Server Authentication",
          Purpose.CLIENT, "TLS Web Client Authentication",
          Purpose.OCSP_RESPONDER, "OCSP Signing");

  private OpensslText() {}

  static void check(CertificateProfile profile, String text) {
    boolean authority = profile.purpose() == Purpose.AUTHORITY;
    boolean root = profile.name().equals("root-ca");
    boolean responder = profile.purpose() == Purpose.OCSP_RESPONDER;
    // 4.1.2.1
    assertThat(text).contains("Version: 3 (0x2)");
    // 4.1.2.2
    BigInteger serial =
        new BigInteger(found(text, "Serial Number:\\s*([0-9a-f:]+)").replace(":", ""), 16);
    assertThat(serial.bitLength()).isBetween(64, 159);
    // 4.1.2.3 and 4.1.1.2: twice the same algorithm
    assertThat(all(text, "Signature Algorithm: (\\S+)"))
        .hasSize(2)
        .containsOnly("ecdsa-with-SHA256");
    // 4.1.2.4, 4.1.2.6
    assertThat(found(text, "Issuer: (.+)")).startsWith("CN=");
    String subject = found(text, "Subject: (.+)");
    assertThat(subject)
        .matches(
            switch (profile.purpose()) {
              case AUTHORITY -> "CN=[^,]+,O=[^,]+";
              case SERVER, OCSP_RESPONDER -> "CN=[^,]+,OU=[^,]+,O=[^,]+";
              case CLIENT -> "CN=[^,]+";
            });
    // 4.1.2.5
    assertThat(found(text, "Not Before: (.+)")).endsWith("GMT");
    assertThat(found(text, "Not After : (.+)")).endsWith("GMT");
    // 4.1.2.7
    assertThat(text).contains("Public Key Algorithm: id-ecPublicKey", "NIST CURVE: P-256");
    // 4.2.1.9, 4.2.1.3
    assertThat(value(text, "X509v3 Basic Constraints: critical"))
        .isEqualTo(authority ? "CA:TRUE, pathlen:" + (root ? 1 : 0) : "CA:FALSE");
    assertThat(value(text, "X509v3 Key Usage: critical"))
        .isEqualTo(authority ? "Certificate Sign, CRL Sign" : "Digital Signature");
    // 4.2.1.2, 4.2.1.1
    assertThat(value(text, "X509v3 Subject Key Identifier:"))
        .matches("([0-9A-F]{2}:){19}[0-9A-F]{2}");
    assertThat(text.contains("X509v3 Authority Key Identifier:")).isEqualTo(!root);
    // 4.2.1.12
    if (authority) {
      assertThat(text).doesNotContain("X509v3 Extended Key Usage");
    } else {
      assertThat(value(text, "X509v3 Extended Key Usage:"))
          .isEqualTo(EXTENDED.get(profile.purpose()));
    }
    checkNames(profile.purpose(), text);
    // 4.2.1.13, 4.2.2.1
    boolean addressed = !root && !responder;
    assertThat(text.contains("URI:http://localhost:8080/pki/crl/")).isEqualTo(addressed);
    assertThat(text.contains("CA Issuers - URI:http://localhost:8080/pki/ca/"))
        .isEqualTo(addressed);
    // RFC 6960 4.2.2.2.1
    assertThat(text.contains("OCSP No Check:")).isEqualTo(responder);
    // 4.2: nothing else, nothing twice
    List<String> extensions = all(text, "(?m)^ {12}(\\S.*?): ?(?:critical)?$");
    assertThat(extensions).doesNotHaveDuplicates();
    assertThat(extensions)
        .hasSize(
            switch (profile.purpose()) {
              case AUTHORITY -> root ? 3 : 6;
              case SERVER, CLIENT -> 8;
              case OCSP_RESPONDER -> 7;
            });
  }

  /** 4.2.1.6. */
  private static void checkNames(Purpose purpose, String text) {
    if (purpose == Purpose.AUTHORITY) {
      assertThat(text).doesNotContain("X509v3 Subject Alternative Name");
      return;
    }
    String names = value(text, "X509v3 Subject Alternative Name:");
    assertThat(names).contains("othername");
    assertThat(names.contains("URI:urn:heliogate:")).isEqualTo(purpose == Purpose.CLIENT);
    assertThat(names.contains("DNS:grid.example, IP Address:127.0.0.1"))
        .isEqualTo(purpose == Purpose.SERVER);
  }

  private static String value(String text, String extension) {
    return found(text, Pattern.quote(extension) + "\\s*\\R\\s*(.+)").strip();
  }

  private static String found(String text, String pattern) {
    List<String> all = all(text, pattern);
    assertThat(all).as(pattern + " in " + text).isNotEmpty();
    return all.get(0);
  }

  private static List<String> all(String text, String pattern) {
    List<String> all = new ArrayList<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      all.add(matcher.group(1));
    }
    return all;
  }
}
