package org.heliogate.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.heliogate.it.fixture.Http;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.TestDevice;
import org.junit.jupiter.api.Test;

/** Who fails too often has to wait, and nobody else. */
class ThrottleIT {

  private static final int MANY = 2_000;
  private final Instance instance = Instance.current();

  @Test
  void sourceWhenItFailsTooOftenThenItAloneHasToWait() throws IOException {
    TestDevice device = TestDevice.loaded(instance);
    String answer = "";
    try (SSLSocket socket = fromAnotherAddress()) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      for (int i = 0; i < MANY && !answer.contains(" 429 "); i++) {
        answer = failing(socket, in);
        assertThat(answer).containsAnyOf(" 401 ", " 429 ");
      }
      assertThat(answer).contains(" 429 ").containsPattern("(?i)retry-after: [0-9]+");
      device.bootstrap().expect(200);
    }
  }

  /** A connection from another loopback address than that of all other tests. */
  private SSLSocket fromAnotherAddress() throws IOException {
    URI issuer = URI.create(instance.issuer());
    Socket plain = new Socket();
    plain.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.77"), 0));
    plain.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), issuer.getPort()));
    return (SSLSocket)
        instance
            .sslContext()
            .getSocketFactory()
            .createSocket(plain, issuer.getHost(), issuer.getPort(), true);
  }

  private String failing(SSLSocket socket, DataInputStream in) throws IOException {
    byte[] body =
        Http.encode(
            Map.of(
                "client_assertion_type", TestDevice.ASSERTION_TYPE, "client_assertion", "x.y.z"));
    String head =
        "POST /bootstrap HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
            + Http.FORM
            + "\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    socket.getOutputStream().write((head + new String(body, US_ASCII)).getBytes(US_ASCII));
    socket.getOutputStream().flush();
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("\r\n\r\n") < 0) {
      answer.append((char) in.readUnsignedByte());
    }
    java.util.regex.Matcher length =
        java.util.regex.Pattern.compile("(?i)content-length: ([0-9]+)").matcher(answer);
    assertThat(length.find()).as(answer.toString()).isTrue();
    in.readNBytes(Integer.parseInt(length.group(1)));
    return answer.toString();
  }
}
