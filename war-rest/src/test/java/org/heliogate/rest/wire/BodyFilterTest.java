package org.heliogate.rest.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.Charset;
import java.util.HashMap;
import java.util.Map;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.token.TokenAuthenticator.SignedRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyFilterTest {

  private static final MediaType FORM = MediaType.APPLICATION_FORM_URLENCODED_TYPE;
  private static final MediaType CSV = new MediaType("text", "csv");
  private static final String MANIFEST = "/admin/api/v1/devices";

  private final BodyFilter filter = new BodyFilter();

  @Test
  void filterWhenTheBodyFitsThenItIsKept() throws IOException {
    byte[] body = new byte[BodyFilter.MAX_BODY];
    ContainerRequestContext request = request("/csr", FORM, "65536", body);
    filter.filter(request);
    assertThat(BodyFilter.body(request)).hasValue(body);
    assertThat(request.getEntityStream().readAllBytes()).isEqualTo(body);
  }

  @Test
  void filterWhenTheBodyIsLongerThanSaidThenTooLarge() {
    refused(request("/csr", FORM, null, new byte[BodyFilter.MAX_BODY + 1]));
    refused(request("/csr", FORM, "1", new byte[BodyFilter.MAX_BODY + 1]));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "65537",
        "2147483648",
        "4294967296",
        "99999999999999999999",
        "-1",
        "1, 1",
        "x",
        ""
      })
  void filterWhenTheSaidLengthIsLargeOrNoneThenTooLarge(String length) {
    refused(request("/csr", FORM, length, new byte[0]));
  }

  @Test
  void isRangeWhenTheTypeStandsForSeveralThenTrue() {
    assertThat(BodyFilter.isRange(MediaType.WILDCARD_TYPE)).isTrue();
    assertThat(BodyFilter.isRange(new MediaType("application", "*"))).isTrue();
    assertThat(BodyFilter.isRange(FORM)).isFalse();
    assertThat(BodyFilter.isRange(null)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE"})
  void filterWhenJsonIsNotInUtf8ThenInvalidRequest(String encoding) {
    byte[] body = "{\"ticket\":\"\u00e9\"}".getBytes(Charset.forName(encoding));
    assertThatThrownBy(
            () -> filter.filter(request("/uma/rpt", MediaType.APPLICATION_JSON_TYPE, null, body)))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00c1\u00a1",
        "\u00e0\u0081\u00a1",
        "\u00c0\u0080",
        "\u00ed\u00a0\u0080",
        "\u00ff",
        "\u00c3"
      })
  void filterWhenJsonHasBytesThatAreNoUtf8ThenInvalidRequest(String bytes) {
    byte[] body = ("{\"ticket\":\"" + bytes + "\"}").getBytes(ISO_8859_1);
    assertThatThrownBy(
            () -> filter.filter(request("/uma/rpt", MediaType.APPLICATION_JSON_TYPE, null, body)))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
  }

  @Test
  void filterWhenJsonIsInUtf8ThenItIsKept() throws IOException {
    byte[] body = "{\"ticket\":\"\u00e9\"}".getBytes(UTF_8);
    ContainerRequestContext request =
        request("/uma/rpt", MediaType.APPLICATION_JSON_TYPE, null, body);
    filter.filter(request);
    assertThat(BodyFilter.body(request)).hasValue(body);
  }

  @Test
  void filterWhenAManifestSaysItsLengthThenUpToItsOwnLimit() {
    String most = Long.toString(BodyFilter.MAX_MANIFEST);
    assertThatCode(() -> filter.filter(request(MANIFEST, CSV, most, new byte[0])))
        .doesNotThrowAnyException();
    refused(request(MANIFEST, CSV, Long.toString(BodyFilter.MAX_MANIFEST + 1), new byte[0]));
    refused(request(MANIFEST, CSV, "4294967296", new byte[0]));
  }

  @Test
  void signedRequestWhenTheBodyIsAManifestThenInvalidToken() throws IOException {
    ContainerRequestContext manifest = request(MANIFEST, CSV, null, "a,b".getBytes(UTF_8));
    filter.filter(manifest);
    assertThatThrownBy(() -> AuthenticationFilter.signedRequest(manifest, "https://as"))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TOKEN));
  }

  @Test
  void signedRequestWhenThereIsABodyThenItIsCovered() throws IOException {
    byte[] body = "a=b".getBytes(UTF_8);
    ContainerRequestContext request = request("/csr", FORM, "3", body);
    filter.filter(request);
    SignedRequest signed = AuthenticationFilter.signedRequest(request, "https://as");
    assertThat(signed.method()).isEqualTo("POST");
    assertThat(signed.uri()).isEqualTo("https://as/csr");
    assertThat(signed.body()).isEqualTo(body);
  }

  private void refused(ContainerRequestContext request) {
    assertThatThrownBy(() -> filter.filter(request))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_LARGE));
  }

  /** A request whose framework reads lengths as RESTEasy does. */
  private static ContainerRequestContext request(
      String path, MediaType type, @Nullable String length, byte[] body) {
    Map<String, Object> properties = new HashMap<>();
    InputStream[] stream = {new ByteArrayInputStream(body)};
    URI uri = URI.create("https://as" + path);
    return fake(
        ContainerRequestContext.class,
        (name, arguments) ->
            switch (name) {
              case "getMethod" -> "POST";
              case "getMediaType" -> type;
              case "getUriInfo" -> fake(UriInfo.class, (more, none) -> uri);
              case "getHeaderString" ->
                  HttpHeaders.CONTENT_LENGTH.equals(arguments[0]) ? length : null;
              case "getLength" -> length == null ? -1 : Integer.parseInt(length);
              case "getProperty" -> properties.get((String) arguments[0]);
              case "setProperty" -> properties.put((String) arguments[0], arguments[1]);
              case "getEntityStream" -> stream[0];
              case "setEntityStream" -> stream[0] = (InputStream) arguments[0];
              default -> throw new UnsupportedOperationException(name);
            });
  }

  private interface Behaviour {
    @Nullable Object call(String method, Object[] arguments);
  }

  private static <T> T fake(Class<T> type, Behaviour behaviour) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Object answer = behaviour.call(method.getName(), arguments);
              return method.getReturnType() == void.class ? null : answer;
            }));
  }
}
