package org.heliogate.rest.oauth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.token.Confirmation;
import org.heliogate.authz.uma.Redeemed;
import org.heliogate.authz.uma.Redemption;
import org.heliogate.authz.uma.RequestSubmittedException;
import org.heliogate.authz.uma.UmaGrantService;
import org.heliogate.rest.wire.FormParameters;
import org.heliogate.rest.wire.JsonMapper;
import org.jspecify.annotations.Nullable;

/** The UMA grant on the wire (UMA 2.0 Grant §3.3). */
@ApplicationScoped
public class UmaGrantEndpoint {

  private final UmaGrantService service;

  /** The wire of the given service. */
  @Inject
  public UmaGrantEndpoint(UmaGrantService service) {
    this.service = service;
  }

  private record X509(
      String type, String username, String certificate, String caCertificates, long expiresIn) {}

  private record Password(String type, String username, String password, long expiresIn) {}

  private record Answer(
      String accessToken,
      String tokenType,
      long expiresIn,
      @Nullable Boolean upgraded,
      @Nullable Object credentials) {}

  /**
   * Redeems a ticket for an authenticated client.
   *
   * @param binding what to bind the RPT to, null for nothing
   */
  public Response redeem(
      RegisteredClient client, FormParameters form, @Nullable Confirmation binding) {
    Redemption redemption =
        new Redemption(
            form.require("ticket"),
            scopes(form),
            form.find("rpt").orElse(null),
            form.find("csr").map(UmaGrantEndpoint::decode).orElse(null),
            password(form.find("credential").orElse(null)),
            binding);
    try {
      Redeemed redeemed = service.redeem(client, redemption);
      return Answers.secret(
          new Answer(
              redeemed.rpt(),
              Answers.tokenType(binding),
              redeemed.expiresIn().toSeconds(),
              redeemed.upgraded() ? true : null,
              credentials(redeemed.credentials())));
    } catch (RequestSubmittedException e) {
      return submitted(e);
    }
  }

  /** The answer to a request that must be made again later, with a new ticket. */
  static Response submitted(RequestSubmittedException e) {
    ObjectNode body =
        JsonMapper.mapper()
            .createObjectNode()
            .put("error", "request_submitted")
            .put("error_description", e.pending().description())
            .put("ticket", e.ticket())
            .put("interval", e.interval().toSeconds())
            .put("pending", e.pending().name().toLowerCase(Locale.ROOT));
    return Response.status(Response.Status.FORBIDDEN)
        .type(MediaType.APPLICATION_JSON)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .entity(body.toString())
        .build();
  }

  /** Credentials on the wire; null for none. */
  static @Nullable Object credentials(Redeemed.@Nullable Credentials credentials) {
    if (credentials instanceof Redeemed.X509 x509) {
      return new X509(
          "x509",
          x509.username(),
          x509.certificate(),
          x509.caCertificates(),
          x509.expiresIn().toSeconds());
    }
    if (credentials instanceof Redeemed.Password password) {
      return new Password(
          "password", password.username(), password.password(), password.expiresIn().toSeconds());
    }
    return null;
  }

  private static Set<String> scopes(FormParameters form) {
    return form.find("scope")
        .map(scope -> Set.copyOf(Arrays.asList(scope.split(" ", -1))))
        .orElse(Set.of());
  }

  /** Whether a password is asked for. */
  static boolean password(@Nullable String credential) {
    if (credential != null && !credential.equals("password")) {
      throw new RequestException(
          ErrorCode.INVALID_REQUEST, "credential must be password; for x509 send csr");
    }
    return credential != null;
  }

  /** The request that is the base64 of DER. */
  static byte[] decode(String csr) {
    try {
      return Base64.getDecoder().decode(csr);
    } catch (IllegalArgumentException e) {
      throw new RequestException(
          ErrorCode.INVALID_REQUEST, "csr must be the base64 of a DER PKCS#10 request");
    }
  }
}
