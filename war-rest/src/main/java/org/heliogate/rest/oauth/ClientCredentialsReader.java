package org.heliogate.rest.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.token.ClientCredentials;
import org.heliogate.rest.wire.FormParameters;
import org.jspecify.annotations.Nullable;

/** Finds the client's credentials in a token request (RFC 6749 §2.3): one method, not two. */
final class ClientCredentialsReader {

  private static final int MAX_LENGTH = 512;

  private ClientCredentialsReader() {}

  /**
   * Reads the credentials.
   *
   * @return empty if there are none
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} for two methods at once; {@link
   *     ErrorCode#INVALID_CLIENT} for a header that cannot be read
   */
  static Optional<ClientCredentials> read(@Nullable String authorization, FormParameters form) {
    List<ClientCredentials> found = new ArrayList<>();
    if (authorization != null && authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
      found.add(basic(authorization.substring(6).strip()));
    }
    form.find("client_secret")
        .ifPresent(
            secret ->
                found.add(
                    new ClientCredentials(
                        AuthenticationMethod.CLIENT_SECRET_POST,
                        form.require("client_id"),
                        secret)));
    form.find("client_otp")
        .ifPresent(
            password ->
                found.add(
                    new ClientCredentials(
                        AuthenticationMethod.CLIENT_OTP, form.require("client_id"), password)));
    if (found.size() > 1) {
      throw new RequestException(
          ErrorCode.INVALID_REQUEST, "the client must authenticate in one way only");
    }
    for (ClientCredentials credentials : found) {
      if (credentials.clientId().length() > MAX_LENGTH
          || credentials.proof().length() > MAX_LENGTH) {
        throw unreadable();
      }
      if (form.find("client_id").filter(id -> !id.equals(credentials.clientId())).isPresent()) {
        throw new RequestException(
            ErrorCode.INVALID_REQUEST, "client_id differs from the authenticated client");
      }
    }
    return found.stream().findFirst();
  }

  private static ClientCredentials basic(String encoded) {
    try {
      String pair = new String(Base64.getDecoder().decode(encoded), UTF_8);
      int colon = pair.indexOf(':');
      if (colon > 0) {
        return new ClientCredentials(
            AuthenticationMethod.CLIENT_SECRET_BASIC,
            URLDecoder.decode(pair.substring(0, colon), UTF_8),
            URLDecoder.decode(pair.substring(colon + 1), UTF_8));
      }
    } catch (IllegalArgumentException e) {
      throw unreadable();
    }
    throw unreadable();
  }

  private static RequestException unreadable() {
    return new RequestException(ErrorCode.INVALID_CLIENT, "client authentication failed");
  }
}
