package org.heliogate.rest.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;

class EncodedRequestTest {

  private static final byte[] REQUEST = {(byte) 0xfb, (byte) 0xff, (byte) 0xff, (byte) 0xfe, 1};

  @Test
  void decodeWhenEscapedOrNotOrUnpaddedThenTheSame() {
    String plain = Base64.getEncoder().encodeToString(REQUEST);
    assertThat(plain).contains("+", "//", "=");
    for (String form :
        new String[] {
          plain,
          plain.replace("/", "%2F").replace("+", "%2B").replace("=", "%3D"),
          plain.replace("/", "%2f").replace("+", "%2b").replace("=", "%3d"),
          plain.replace("=", "")
        }) {
      assertThat(EncodedRequest.decode(form)).as(form).isEqualTo(REQUEST);
    }
  }

  @Test
  void decodeWhenNoBase64ThenNothing() {
    for (String form : new String[] {"%41", "a", "MEI*", "..", "é", "MA==MA=="}) {
      assertThat(EncodedRequest.decode(form)).as(form).isEmpty();
    }
  }
}
