package org.heliogate.rest.wire;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.Settings;
import org.heliogate.authz.token.Caller;
import org.heliogate.authz.token.TokenAuthenticator;
import org.jspecify.annotations.Nullable;

/**
 * The one place where tokens that come with a request are checked (architecture, decision 11):
 * Bearer (RFC 6750 §2.1), DPoP (RFC 9449 §7.1) and AAT-OTP. A token that is shown must be good,
 * even where none is needed.
 */
@Provider
@Priority(Priorities.AUTHENTICATION)
public class AuthenticationFilter implements ContainerRequestFilter {

  private static final Set<String> SCHEMES = Set.of("bearer", "dpop", "aat-otp");

  @Inject private TokenAuthenticator tokens;
  @Inject private ClientCertificate certificate;
  @Inject private DpopGate dpop;
  @Inject private CallerContext context;
  @Inject private Settings settings;
  @Inject private CheckThrottle throttle;
  @Context private ResourceInfo resource;
  @Context private HttpServletRequest servlet;

  @Override
  public void filter(ContainerRequestContext request) {
    List<String> headers = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
    if (headers != null && headers.size() > 1) {
      throw new RequestException(ErrorCode.INVALID_REQUEST, "Authorization is repeated");
    }
    Optional<Caller> caller =
        headers == null ? Optional.empty() : authenticate(headers.get(0), request);
    caller.ifPresent(context::set);
    Secured secured = secured();
    if (secured != null) {
      authorize(secured, caller);
    }
  }

  private Optional<Caller> authenticate(String header, ContainerRequestContext request) {
    int space = header.indexOf(' ');
    String scheme = (space < 0 ? header : header.substring(0, space)).toLowerCase(Locale.ROOT);
    if (!SCHEMES.contains(scheme)) {
      // Basic is the token endpoint's own business; elsewhere it proves nothing.
      return Optional.empty();
    }
    String credentials = space < 0 ? "" : header.substring(space + 1).strip();
    return Optional.of(
        throttle.check(
            "token.use",
            servlet.getRemoteAddr(),
            named(scheme, credentials),
            () -> check(scheme, credentials, request)));
  }

  private Caller check(String scheme, String credentials, ContainerRequestContext request) {
    return switch (scheme) {
      case "bearer" -> tokens.bearer(credentials, certificate.shown());
      case "dpop" -> tokens.dpop(credentials, dpop.request());
      default ->
          tokens.aatOtp(
              AatOtpHeader.parse(credentials),
              signedRequest(request, settings.issuer()),
              certificate.shown());
    };
  }

  private Optional<String> named(String scheme, String credentials) {
    if (!scheme.equals("aat-otp")) {
      return tokens.named(credentials);
    }
    try {
      return tokens.named(AatOtpHeader.parse(credentials));
    } catch (RequestException e) {
      // What cannot be read names nobody; the check refuses it.
      return Optional.empty();
    }
  }

  /**
   * What a one-time password must cover.
   *
   * @throws RequestException {@link ErrorCode#INVALID_TOKEN} if the body is read as a stream, which
   *     it cannot cover
   */
  static TokenAuthenticator.SignedRequest signedRequest(
      ContainerRequestContext request, String issuer) {
    byte[] body =
        BodyFilter.body(request)
            .orElseThrow(
                () ->
                    new RequestException(
                        ErrorCode.INVALID_TOKEN, "AAT-OTP does not cover a body of this kind"));
    return new TokenAuthenticator.SignedRequest(
        request.getMethod(), issuer + request.getUriInfo().getRequestUri().getRawPath(), body);
  }

  private static void authorize(Secured secured, Optional<Caller> caller) {
    if (caller.isEmpty()) {
      throw new RequestException(ErrorCode.TOKEN_REQUIRED, "a token is needed");
    }
    if (Arrays.stream(secured.value()).noneMatch(caller.get().scope()::contains)) {
      throw new RequestException(
          ErrorCode.INSUFFICIENT_SCOPE,
          "the token needs the scope " + String.join(" or ", secured.value()));
    }
  }

  private @Nullable Secured secured() {
    Secured onMethod = resource.getResourceMethod().getAnnotation(Secured.class);
    return onMethod == null ? resource.getResourceClass().getAnnotation(Secured.class) : onMethod;
  }
}
