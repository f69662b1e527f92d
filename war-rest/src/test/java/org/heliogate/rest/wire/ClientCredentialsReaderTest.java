package org.heliogate.rest.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.core.MultivaluedHashMap;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Optional;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.token.ClientCredentials;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClientCredentialsReaderTest {

  private static final String TYPE = ClientGate.ASSERTION_TYPE;
  private static final String ASSERTION = assertion("{\"sub\":\"c-1\",\"iss\":\"c-1\"}");

  /** Self-signed; what is in it does not matter to the reader. */
  private static final X509Certificate CERTIFICATE =
      certificate(
          "MIIBdDCCARugAwIBAgIUcc//VMq13YjyRkaGId3kOe/rVXowCgYIKoZIzj0EAwIwDzENMAsGA1UEAwwEdGVz"
              + "dDAgFw0yNjExMjUyMzAwMzJaGA8yMTI2MTEwMTIzMDAzMlowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49"
              + "AgEGCCqGSM49AwEHA0IABCYsDu3VzNvL6D5SWXBueptoR+qH7m4i9x0A+E6d9/RPkYByaOkIYY96qj1fV/kx"
              + "J4+OIlhd/i5YZI5ZPxE5e4CjUzBRMB0GA1UdDgQWBBQ/VnqBOcA+/6UPlZZPZc5nWQ5IZjAfBgNVHSMEGDAW"
              + "gBQ/VnqBOcA+/6UPlZZPZc5nWQ5IZjAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIDy07ZwY"
              + "oo7dmM3bmUTNHscu6fiQV7KoanXX/vihhgxlAiBcbfsv4y/IEAa67+TRoohGo9lLNNwy6du9o+v7AH1JYA==");

  @Test
  void readWhenBasicThenDecodesBothParts() {
    ClientCredentials found = read(basic("c%201:s%3A%20")).orElseThrow();
    assertThat(found)
        .isEqualTo(
            new ClientCredentials.Secret(AuthenticationMethod.CLIENT_SECRET_BASIC, "c 1", "s: "));
    assertThat(found.toString()).doesNotContain("s: ");
  }

  @Test
  void readWhenInTheBodyThenPostOrOneTimePassword() {
    assertThat(read(null, "client_id", "c-1", "client_secret", "s").orElseThrow().method())
        .isEqualTo(AuthenticationMethod.CLIENT_SECRET_POST);
    assertThat(read(null, "client_id", "c-1", "client_otp", "1.x"))
        .contains(new ClientCredentials.OneTimePassword("c-1", "1.x"));
  }

  @Test
  void readWhenAssertionThenItsSubjectIsTheClient() {
    ClientCredentials found =
        read(null, "client_assertion_type", TYPE, "client_assertion", ASSERTION).orElseThrow();
    assertThat(found.method()).isEqualTo(AuthenticationMethod.PRIVATE_KEY_JWT);
    assertThat(found.clientId()).isEqualTo("c-1");
    assertThat(found.toString()).doesNotContain(ASSERTION);
    assertThat(
            read(
                null,
                "client_id",
                "c-1",
                "client_assertion_type",
                TYPE,
                "client_assertion",
                ASSERTION))
        .isPresent();
  }

  @Test
  void readWhenAssertionIsIncompleteThenInvalidRequest() {
    refused(ErrorCode.INVALID_REQUEST, null, "client_assertion", ASSERTION);
    refused(ErrorCode.INVALID_REQUEST, null, "client_assertion_type", TYPE);
    refused(
        ErrorCode.INVALID_REQUEST,
        null,
        "client_assertion",
        ASSERTION,
        "client_assertion_type",
        TYPE.replace("jwt", "saml2"));
  }

  @Test
  void readWhenAssertionIsOfAnotherClientThenInvalidRequest() {
    refused(
        ErrorCode.INVALID_REQUEST,
        null,
        "client_id",
        "c-2",
        "client_assertion",
        ASSERTION,
        "client_assertion_type",
        TYPE);
  }

  @Test
  void readWhenUnreadableThenInvalidClient() {
    refused(ErrorCode.INVALID_CLIENT, "Basic !");
    refused(ErrorCode.INVALID_CLIENT, basic("nocolon"));
    refused(ErrorCode.INVALID_CLIENT, basic("%zz:s"));
    refused(ErrorCode.INVALID_CLIENT, basic("c%00:s"));
    refused(ErrorCode.INVALID_CLIENT, basic("c%C3%A9:s"));
    refused(ErrorCode.INVALID_CLIENT, basic("c:" + "s".repeat(513)));
    refused(ErrorCode.INVALID_CLIENT, basic("c".repeat(513) + ":s"));
    refused(
        ErrorCode.INVALID_CLIENT, null, "client_assertion", "a.b.c", "client_assertion_type", TYPE);
    refused(
        ErrorCode.INVALID_CLIENT,
        null,
        "client_assertion",
        assertion("{\"iss\":\"c-1\"}"),
        "client_assertion_type",
        TYPE);
  }

  @Test
  void readWhenInTwoWaysThenInvalidRequest() {
    refused(ErrorCode.INVALID_REQUEST, basic("c-1:s"), "client_id", "c-1", "client_secret", "s");
    refused(
        ErrorCode.INVALID_REQUEST,
        basic("c-1:s"),
        "client_assertion",
        ASSERTION,
        "client_assertion_type",
        TYPE);
    refused(
        ErrorCode.INVALID_REQUEST,
        null,
        "client_id",
        "c-1",
        "client_secret",
        "s",
        "client_otp",
        "1");
  }

  @Test
  void readWhenCertificateIsShownThenItCountsOnlyBesideTheClientIdAlone() {
    assertThat(readOverMutualTls(null, "client_id", "c-1"))
        .contains(new ClientCredentials.Certificate("c-1", CERTIFICATE));
    assertThat(readOverMutualTls(null)).isEmpty();
    assertThat(readOverMutualTls(basic("c-1:s")).orElseThrow().method())
        .isEqualTo(AuthenticationMethod.CLIENT_SECRET_BASIC);
    assertThat(
            readOverMutualTls(null, "client_id", "c-1", "client_secret", "s")
                .orElseThrow()
                .method())
        .isEqualTo(AuthenticationMethod.CLIENT_SECRET_POST);
  }

  @Test
  void readWhenNothingIsShownThenNone() {
    assertThat(read(null)).isEmpty();
    assertThat(read(null, "client_id", "c-1")).isEmpty();
    assertThat(read("Bearer x", "client_id", "c-1")).isEmpty();
  }

  @Test
  void requireNoneWhenThereAreCredentialsBesideATokenThenInvalidRequest() {
    for (String[] form :
        new String[][] {
          {"client_id", "c-1", "client_secret", "s"},
          {"client_secret", "s"},
          {"client_id", "c-1", "client_otp", "1.x"},
          {"client_assertion_type", TYPE, "client_assertion", ASSERTION},
          {"client_assertion", "a.b.c"},
          {"client_assertion_type", "x"},
          {"client_id", "c-2"}
        }) {
      assertThatThrownBy(() -> ClientCredentialsReader.requireNone(parameters(form), "c-1"))
          .isInstanceOfSatisfying(
              RequestException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
    }
  }

  @Test
  void requireNoneWhenOnlyTheCallersIdIsThereThenGood() {
    ClientCredentialsReader.requireNone(parameters(), "c-1");
    ClientCredentialsReader.requireNone(parameters("client_id", "c-1"), "c-1");
    ClientCredentialsReader.requireNone(parameters("client_secret", ""), "c-1");
  }

  private static void refused(ErrorCode code, @Nullable String authorization, String... form) {
    assertThatThrownBy(() -> read(authorization, form))
        .isInstanceOfSatisfying(RequestException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static Optional<ClientCredentials> read(@Nullable String authorization, String... form) {
    return ClientCredentialsReader.read(authorization, parameters(form), Optional.empty());
  }

  private static Optional<ClientCredentials> readOverMutualTls(
      @Nullable String authorization, String... form) {
    return ClientCredentialsReader.read(authorization, parameters(form), Optional.of(CERTIFICATE));
  }

  private static FormParameters parameters(String... form) {
    MultivaluedHashMap<String, String> map = new MultivaluedHashMap<>();
    for (int i = 0; i < form.length; i += 2) {
      map.add(form[i], form[i + 1]);
    }
    return FormParameters.of(map);
  }

  private static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  private static String assertion(String claims) {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    return encoder.encodeToString("{\"alg\":\"ES256\"}".getBytes(UTF_8))
        + '.'
        + encoder.encodeToString(claims.getBytes(UTF_8))
        + ".AAAA";
  }

  private static X509Certificate certificate(String base64) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
    } catch (CertificateException e) {
      throw new IllegalStateException(e);
    }
  }
}
