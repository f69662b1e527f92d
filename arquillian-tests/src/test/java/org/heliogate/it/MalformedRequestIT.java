package org.heliogate.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Http;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.RawHttp;
import org.heliogate.it.fixture.RawHttp.Request;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.Uma;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;

/** Requests that no client library sends are refused in the form of the contract. */
class MalformedRequestIT {

  private static final int HEADERS_ONLY = 12_000;

  private final Instance instance = Instance.current();

  @Test
  void formWhenEscapeIsBrokenThenRefused() throws IOException {
    for (String value : List.of("%", "%z", "%zz", "a%4")) {
      send("/oauth/token", Http.FORM, "grant_type=" + value).refused(400, "invalid_request");
    }
  }

  @Test
  void formWhenCharacterSetIsUnknownThenRefused() throws IOException {
    send("/oauth/token", Http.FORM + "; charset=nonsense", "grant_type=a")
        .refused(400, "invalid_request");
    send("/bootstrap", Http.FORM + "; charset=nonsense", "a=b").refused(400, "invalid_request");
  }

  @Test
  void headerWhenItCannotBeParsedThenRefusedInTheUsualForm() throws IOException {
    Map.Entry<String, String> accept = Map.entry("Accept", "a.b.c");
    send("/oauth/token", Http.FORM, "grant_type=a", accept)
        .refused(400, "invalid_request")
        .notStored();
    send("/csr", "application", "{}").refused(400, "invalid_request");
    send("/admin/api/v1/clients", "application/json", "{}", accept).problem(400);
  }

  @Test
  void headerWhenItCannotBeParsedThenTheLogDoesNotRepeatIt() throws IOException {
    String token = Names.random(20);
    send("/csr", token, "{}").refused(400, "invalid_request");
    send("/oauth/token", Http.FORM, "grant_type=a", Map.entry("Accept", token))
        .refused(400, "invalid_request");
    byte[] log = Files.readAllBytes(instance.home().resolve("server/log/server.log"));
    assertThat(new String(log, ISO_8859_1).contains(token)).isFalse();
  }

  @Test
  void cookieWhenItHasAControlCharacterThenIgnored() throws IOException {
    for (String cookie : List.of("a=\u000f", "a=b\u000fc", "a=\u00e9")) {
      send("/oauth/token", Http.FORM, "a=b", Map.entry("Cookie", cookie))
          .refused(400, "invalid_request");
    }
  }

  @Test
  void bodyWhenTheSaidLengthIsTooLargeThenRefusedInTheUsualForm() throws IOException {
    for (String length : List.of("65537", "67108865", "1073741824")) {
      Map.Entry<String, String> said = Map.entry("Content-Length", length);
      Reply reply = send("/oauth/token", Http.FORM, "", said).refused(413, "too_large");
      assertThat(reply.header("Date")).isNotEmpty();
    }
    Map.Entry<String, String> said = Map.entry("Content-Length", "67108865");
    send("/admin/api/v1/devices", Admin.NDJSON, "", said).problem(413);
  }

  @Test
  void pathWhenItHasParametersThenRefusedInTheUsualForm() throws IOException {
    Reply reply = send("/bootstrap;a=b", "text/plain", "");
    assertThat(reply.status()).isBetween(400, 499);
    assertThat(reply.header("Content-Type")).startsWith("application/json");
  }

  @Test
  void csrWhenNestedDeeplyThenRefusedAndTheTicketStaysGood() {
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
    Uma uma = application.uma();
    String ticket = uma.ticket();
    byte[] nested = new byte[HEADERS_ONLY];
    for (int i = 0; i < nested.length; i += 2) {
      nested[i] = 0x30;
      nested[i + 1] = (byte) 0x80;
    }
    uma.redeem(ticket, Map.of("csr", Base64.getEncoder().encodeToString(nested)))
        .refused(400, "invalid_request");
    uma.redeemPatiently(ticket, Map.of()).expect(200);
  }

  @SafeVarargs
  private Reply send(String path, String mediaType, String body, Map.Entry<String, String>... more)
      throws IOException {
    List<Map.Entry<String, String>> headers =
        new java.util.ArrayList<>(List.of(Map.entry("Content-Type", mediaType)));
    headers.addAll(List.of(more));
    try (RawHttp connection = RawHttp.connect(instance, instance.sslContext(), "127.0.0.78")) {
      return connection.send(new Request("POST", path, headers, body.getBytes(US_ASCII)));
    }
  }
}
