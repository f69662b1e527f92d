package org.heliogate.rest.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.lang.reflect.Proxy;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.heliogate.authz.audit.AuditTally;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.dpop.DpopNonces;
import org.heliogate.authz.dpop.DpopProofs;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.Settings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proofs in token requests from an address whose allowance others have used up. */
@SuppressWarnings("NullAway") // No proof gets as far as what is not there.
class DpopGateTest {

  private static final String HERE = "192.0.2.1";
  private static final String CLIENT = "c-1";

  private final TestClock clock = new TestClock();
  private final SourceThrottle throttle = new SourceThrottle(clock);

  @BeforeEach
  void useUp() {
    throttle.succeeded(HERE, CLIENT);
    for (int i = 0; i < 200; i++) {
      throttle.failed(HERE);
    }
  }

  @Test
  void offeredWhenClientAuthenticatedHereLatelyThenItsProofIsLookedAt() {
    refused(ErrorCode.INVALID_DPOP_PROOF, () -> gate().offered(credentials(CLIENT)));
    refused(ErrorCode.INVALID_DPOP_PROOF, () -> gate().offered(client()));
  }

  @Test
  void offeredWhenClientIsUnknownHereThenWaits() {
    refused(ErrorCode.TOO_MANY_REQUESTS, () -> gate().offered(credentials("c-2")));
  }

  @Test
  void offeredWhenCredentialsNameNobodyThenWaits() {
    MultivaluedMap<String, String> two = new MultivaluedHashMap<>();
    two.putSingle("client_id", CLIENT);
    two.putSingle("client_secret", "guess");
    two.putSingle("client_otp", "1.x");
    refused(ErrorCode.TOO_MANY_REQUESTS, () -> gate().offered(FormParameters.of(two)));
    refused(
        ErrorCode.TOO_MANY_REQUESTS,
        () -> gate().offered(FormParameters.of(new MultivaluedHashMap<>())));
  }

  @Test
  void offeredWhenClientsProofsFailTooOftenThenItWaitsToo() {
    for (int i = 0; i < 20; i++) {
      refused(ErrorCode.INVALID_DPOP_PROOF, () -> gate().offered(credentials(CLIENT)));
    }
    refused(ErrorCode.TOO_MANY_REQUESTS, () -> gate().offered(credentials(CLIENT)));
    refused(ErrorCode.TOO_MANY_REQUESTS, () -> gate().offered(client()));
  }

  private DpopGate gate() {
    return new DpopGate(
        new DpopProofs(null, null, clock),
        new DpopNonces(null, clock) {
          @Override
          public String fresh() {
            return "nonce";
          }
        },
        new CheckThrottle(throttle, new AuditTally(null, clock)),
        new ClientCertificate() {
          @Override
          public Optional<X509Certificate> shown() {
            return Optional.empty();
          }
        },
        new Settings(
            "https://localhost:8443",
            "http://localhost:8080/pki",
            "keys",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Set.of()),
        request());
  }

  private static FormParameters credentials(String clientId) {
    MultivaluedMap<String, String> form = new MultivaluedHashMap<>();
    form.putSingle("client_id", clientId);
    form.putSingle("client_secret", "secret");
    return FormParameters.of(form);
  }

  private RegisteredClient client() {
    return new RegisteredClient(
        CLIENT,
        "hg-aaaaaaaaaaaaaaaaaaaaaaaaaa",
        "app",
        ClientKind.APPLICATION,
        Optional.empty(),
        Optional.empty(),
        true,
        Set.of(),
        Set.of("uma_authorization"),
        true,
        false,
        null,
        clock.instant(),
        Set.of(),
        clock.instant(),
        0,
        Optional.empty(),
        null);
  }

  /** A token request with something that is no proof. */
  private static HttpServletRequest request() {
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            HttpServletRequest.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getHeader" -> arguments[0].equals("DPoP") ? "x" : null;
                  case "getHeaders" -> Collections.enumeration(List.of("x"));
                  case "getMethod" -> "POST";
                  case "getRemoteAddr" -> HERE;
                  case "getRequestURI" -> "/oauth/token";
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static void refused(ErrorCode code, ThrowingCallable request) {
    assertThatThrownBy(request)
        .isInstanceOfSatisfying(RequestException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
