package org.heliogate.rest.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.heliogate.authz.assertion.SignedAssertion;
import org.heliogate.authz.assertion.UnprovenException;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.token.ClientCredentials;
import org.jspecify.annotations.Nullable;

/** Finds the client's credentials in a token request (RFC 6749 §2.3): one method, not two. */
final class ClientCredentialsReader {

  private static final int MAX_LENGTH = 512;

  /** RFC 6749 appendix A.1. */
  private static final Pattern CLIENT_ID = Pattern.compile("[\\x20-\\x7E]{1,512}");

  private ClientCredentialsReader() {}

  /**
   * Reads the credentials.
   *
   * @param certificate what the client has shown in TLS; it counts only beside {@code client_id}
   *     and nothing else (RFC 8705 §2)
   * @return empty if there are none
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} for two methods at once, or another
   *     {@code client_id}; {@link ErrorCode#INVALID_CLIENT} for what cannot be read
   */
  static Optional<ClientCredentials> read(
      @Nullable String authorization, FormParameters form, Optional<X509Certificate> certificate) {
    List<ClientCredentials> found = new ArrayList<>();
    if (authorization != null && authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
      found.add(basic(authorization.substring(6).strip()));
    }
    form.find("client_secret")
        .ifPresent(
            secret ->
                found.add(
                    new ClientCredentials.Secret(
                        AuthenticationMethod.CLIENT_SECRET_POST,
                        form.require("client_id"),
                        bounded(secret))));
    form.find("client_otp")
        .ifPresent(
            password ->
                found.add(
                    new ClientCredentials.OneTimePassword(
                        form.require("client_id"), bounded(password))));
    if (form.find("client_assertion").isPresent()
        || form.find("client_assertion_type").isPresent()) {
      found.add(assertion(form));
    }
    if (found.isEmpty()) {
      return certificate.flatMap(
          shown ->
              form.find("client_id")
                  .map(
                      clientId ->
                          checked(new ClientCredentials.Certificate(clientId, shown), form)));
    }
    if (found.size() > 1) {
      throw severalWays();
    }
    return Optional.of(checked(found.get(0), form));
  }

  /**
   * Checks that a form says nothing of the client, or its identifier alone, where a token has
   * proven it already.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} for credentials, whether they are
   *     good or not, or another {@code client_id}
   */
  static void requireNone(FormParameters form, String clientId) {
    if (Stream.of("client_secret", "client_otp", "client_assertion", "client_assertion_type")
        .anyMatch(name -> form.find(name).isPresent())) {
      throw severalWays();
    }
    requireSame(form, clientId);
  }

  private static void requireSame(FormParameters form, String clientId) {
    if (form.find("client_id").filter(id -> !id.equals(clientId)).isPresent()) {
      throw new RequestException(
          ErrorCode.INVALID_REQUEST, "client_id differs from the authenticated client");
    }
  }

  private static ClientCredentials checked(ClientCredentials credentials, FormParameters form) {
    requireSame(form, credentials.clientId());
    if (!CLIENT_ID.matcher(credentials.clientId()).matches()) {
      throw unreadable();
    }
    return credentials;
  }

  private static ClientCredentials basic(String encoded) {
    try {
      String pair = new String(Base64.getDecoder().decode(encoded), UTF_8);
      int colon = pair.indexOf(':');
      if (colon > 0) {
        return new ClientCredentials.Secret(
            AuthenticationMethod.CLIENT_SECRET_BASIC,
            URLDecoder.decode(pair.substring(0, colon), UTF_8),
            bounded(URLDecoder.decode(pair.substring(colon + 1), UTF_8)));
      }
    } catch (IllegalArgumentException e) {
      throw unreadable();
    }
    throw unreadable();
  }

  private static ClientCredentials assertion(FormParameters form) {
    String text = form.require("client_assertion");
    if (!form.require("client_assertion_type").equals(ClientGate.ASSERTION_TYPE)) {
      throw new RequestException(
          ErrorCode.INVALID_REQUEST, "client_assertion_type must be " + ClientGate.ASSERTION_TYPE);
    }
    try {
      SignedAssertion assertion = SignedAssertion.parse(text);
      return new ClientCredentials.Assertion(
          assertion.subject().orElseThrow(ClientCredentialsReader::unreadable), assertion);
    } catch (UnprovenException e) {
      throw unreadable();
    }
  }

  private static String bounded(String proof) {
    if (proof.length() > MAX_LENGTH) {
      throw unreadable();
    }
    return proof;
  }

  private static RequestException severalWays() {
    return new RequestException(
        ErrorCode.INVALID_REQUEST, "the client must authenticate in one way only");
  }

  private static RequestException unreadable() {
    return new RequestException(ErrorCode.INVALID_CLIENT, "client authentication failed");
  }
}
