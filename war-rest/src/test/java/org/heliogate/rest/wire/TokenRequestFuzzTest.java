package org.heliogate.rest.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.token.ClientCredentials;
import org.heliogate.fuzz.Cases;
import org.heliogate.fuzz.Chance;
import org.heliogate.fuzz.Mutations;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenRequestFuzzTest {

  private static final Set<ErrorCode> REFUSALS =
      EnumSet.of(ErrorCode.INVALID_REQUEST, ErrorCode.INVALID_CLIENT);
  private static final String[] NAMES = {
    "grant_type",
    "scope",
    "client_id",
    "client_secret",
    "client_otp",
    "client_assertion",
    "client_assertion_type",
    "ticket",
    "rpt",
    "csr",
    "credential",
    "resource"
  };

  @Test
  void readWhenRequestIsHostileThenRefusedOrTheCredentialsThatStandThere() {
    Cases.each(
        chance -> {
          String secret = chance.secret();
          MultivaluedMap<String, String> body = body(chance, secret);
          String authorization = authorization(chance, secret);
          try {
            FormParameters form = FormParameters.of(body);
            Optional<ClientCredentials> read =
                ClientCredentialsReader.read(authorization, form, Optional.empty());
            read.ifPresent(credentials -> check(credentials, body));
            // What a broken header has before its colon is a name, whatever it was meant to be.
            read.filter(credentials -> !credentials.clientId().contains(secret))
                .ifPresent(
                    credentials -> chance.assertKept("credentials' text", credentials.toString()));
          } catch (RequestException e) {
            assertThat(e.code()).isIn(REFUSALS);
            assertThat(e.getMessage()).hasSizeLessThan(300);
            chance.assertKept("refusal", e.toString());
          }
        });
  }

  private static void check(ClientCredentials credentials, MultivaluedMap<String, String> body) {
    assertThat(credentials.clientId()).isNotEmpty().hasSizeLessThanOrEqualTo(512);
    assertThat(body.getOrDefault("client_id", java.util.List.of())).hasSizeLessThan(2);
    if (credentials instanceof ClientCredentials.Secret secret) {
      assertThat(secret.secret()).hasSizeLessThanOrEqualTo(512);
      if (secret.method() == AuthenticationMethod.CLIENT_SECRET_POST) {
        assertThat(secret.secret()).isEqualTo(body.getFirst("client_secret"));
        return;
      }
    }
    if (credentials instanceof ClientCredentials.OneTimePassword password) {
      assertThat(password.password()).isEqualTo(body.getFirst("client_otp"));
    }
    assertThat(body.getFirst("client_secret")).isNullOrEmpty();
  }

  private static MultivaluedMap<String, String> body(Chance chance, String secret) {
    MultivaluedMap<String, String> body = new MultivaluedHashMap<>();
    body.add("grant_type", "client_credentials");
    for (int members = chance.below(6); members > 0; members--) {
      String name = chance.oneIn(6) ? chance.text() : chance.of(NAMES);
      // Who somebody says to be is no secret.
      String proof = name.equals("client_id") ? chance.text() : secret + chance.text();
      body.add(name, chance.of("c-1", chance.text(), proof));
    }
    if (chance.oneIn(9)) {
      body.add(Mutations.text(chance, secret), "");
      body.add(secret, secret);
      body.add(secret, secret);
    }
    return body;
  }

  private static @Nullable String authorization(Chance chance, String secret) {
    if (chance.oneIn(3)) {
      return null;
    }
    String pair =
        chance.oneIn(3)
            ? Mutations.text(chance, "c-1:" + secret)
            : URLEncoder.encode(chance.of("c-1", chance.noise(9)), UTF_8) + ':' + secret;
    String encoded = Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    String header = chance.of("Basic ", "basic ", "BASIC  ", "Basic", "Bearer ", "") + encoded;
    return chance.oneIn(4) ? Mutations.text(chance, header) : header;
  }
}
