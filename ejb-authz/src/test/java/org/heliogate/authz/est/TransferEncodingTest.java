package org.heliogate.authz.est;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Optional;
import org.heliogate.fuzz.Cases;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransferEncodingTest {

  private static final byte[] DER = {0x30, 0x03, 0x02, 0x01, 0x05};

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MAMCAQU=",
        "MAMC\nAQU=\n",
        "MAMC\r\nAQU=\r\n",
        " \tM A\tM\r\r\rC\n\n\nAQU = ",
      })
  void decodeWhenBase64WithWhateverWhiteSpaceThenTheBytes(String body) {
    assertThat(TransferEncoding.decode(body.getBytes(US_ASCII))).contains(DER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\r\n",
        "MAMCAQU",
        "MAMCAQU==",
        "MAMCAQU=MAMCAQU=",
        "MAMCAQU-",
        "MAMC_QU=",
        "MAMC\u000bAQU=",
        "MAMC\u0000AQU=",
        "MAMCAQU=\u0000",
        "MAMC\u00a0AQU=",
        "-----BEGIN CERTIFICATE REQUEST-----\nMAMCAQU=\n-----END CERTIFICATE REQUEST-----",
        "data:application/pkcs10;base64,MAMCAQU=",
        "0\u0003\u0002\u0001\u0005",
        "%4D%41MCAQU="
      })
  void decodeWhenAnythingElseThenNothing(String body) {
    assertThat(TransferEncoding.decode(body.getBytes(ISO_8859_1))).isEmpty();
  }

  @Test
  void decodeWhenAttackedThenOnlyWhatEncodesToTheSameText() {
    Cases.each(
        chance -> {
          byte[] body = new byte[chance.below(40)];
          for (int i = 0; i < body.length; i++) {
            body[i] =
                (byte)
                    (chance.below(8) == 0
                        ? chance.below(256)
                        : "AQgw/+= \n".charAt(chance.below(9)));
          }
          Optional<byte[]> decoded = TransferEncoding.decode(body);
          String text = new String(body, ISO_8859_1).replaceAll("[ \t\r\n]", "");
          decoded.ifPresent(
              bytes ->
                  assertThat(Base64.getEncoder().encodeToString(bytes).length())
                      .isEqualTo(text.length()));
          assertThat(decoded.isPresent())
              .isEqualTo(
                  text.matches(
                      "([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)"));
        });
  }
}
