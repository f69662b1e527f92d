package org.heliogate.rest.wire;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import java.util.Map;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.jspecify.annotations.Nullable;

/**
 * The writer of every error answer: OAuth JSON (RFC 6749 §5.2) for the protocol endpoints, problem
 * details (RFC 9457) for the rest.
 */
public final class Problems {

  private static final String PROBLEM_JSON = "application/problem+json";
  private static final Map<ErrorCode, Integer> STATUS =
      Map.ofEntries(
          Map.entry(ErrorCode.INVALID_REQUEST, 400),
          Map.entry(ErrorCode.INVALID_CLIENT, 401),
          Map.entry(ErrorCode.INVALID_GRANT, 400),
          Map.entry(ErrorCode.UNAUTHORIZED_CLIENT, 400),
          Map.entry(ErrorCode.UNSUPPORTED_GRANT_TYPE, 400),
          Map.entry(ErrorCode.INVALID_SCOPE, 400),
          Map.entry(ErrorCode.INVALID_RESOURCE_ID, 400),
          Map.entry(ErrorCode.INVALID_TOKEN, 401),
          Map.entry(ErrorCode.TOKEN_REQUIRED, 401),
          Map.entry(ErrorCode.INSUFFICIENT_SCOPE, 403),
          Map.entry(ErrorCode.REQUEST_DENIED, 403),
          Map.entry(ErrorCode.ACCESS_DENIED, 403),
          Map.entry(ErrorCode.BOOTSTRAP_COMPLETED, 403),
          Map.entry(ErrorCode.NOT_FOUND, 404),
          Map.entry(ErrorCode.CONFLICT, 409),
          Map.entry(ErrorCode.PRECONDITION_FAILED, 412),
          Map.entry(ErrorCode.PRECONDITION_REQUIRED, 428),
          Map.entry(ErrorCode.UNPROCESSABLE, 422),
          Map.entry(ErrorCode.TOO_LARGE, 413),
          Map.entry(ErrorCode.TOO_MANY_REQUESTS, 429),
          Map.entry(ErrorCode.TEMPORARILY_UNAVAILABLE, 503));

  private Problems() {}

  /** The answer to a refused request. */
  public static Response of(RequestException refusal, String path) {
    int status = status(refusal.code(), path);
    String code = refusal.code().name().toLowerCase(Locale.ROOT);
    Response.ResponseBuilder response = body(status, code, refusal, path);
    if (status != 400) {
      challenge(response, refusal);
    }
    if (refusal.retryAfter() != null) {
      response.header(HttpHeaders.RETRY_AFTER, Math.max(1, refusal.retryAfter().toSeconds()));
    }
    return response.build();
  }

  private static int status(ErrorCode code, String path) {
    return switch (code) {
      // At the token endpoint a proof is part of the request, not a credential (RFC 9449 §5, §8).
      case INVALID_DPOP_PROOF, USE_DPOP_NONCE -> path.equals("/oauth/token") ? 400 : 401;
      default -> STATUS.getOrDefault(code, 400);
    };
  }

  /** The answer to a request that the framework refused, or that failed. */
  public static Response of(int status, String code, @Nullable String detail, String path) {
    return isProtocol(path)
        ? oauth(status, code, detail).build()
        : problem(status, detail).type(PROBLEM_JSON).build();
  }

  /** Whether errors of that path are OAuth JSON. */
  static boolean isProtocol(String uriPath) {
    // What follows a semicolon belongs to no name of ours (RFC 3986 §3.3).
    String path = uriPath.split(";", 2)[0];
    return path.equals("/bootstrap")
        || path.equals("/csr")
        || path.startsWith("/csr/")
        || path.startsWith("/oauth/")
        || path.startsWith("/uma/")
        || path.startsWith("/proxy/");
  }

  private static Response.ResponseBuilder body(
      int status, String code, RequestException refusal, String path) {
    if (isProtocol(path)) {
      return oauth(status, wire(refusal.code(), code, path), refusal.getMessage());
    }
    Response.ResponseBuilder response = problem(status, refusal.getMessage());
    if (!refusal.faults().isEmpty()) {
      ObjectNode body = problemNode(status, refusal.getMessage());
      ArrayNode errors = body.putArray("errors");
      refusal
          .faults()
          .forEach(
              fault ->
                  errors.addObject().put("pointer", fault.path()).put("detail", fault.reason()));
      response.entity(body.toString());
    }
    return response;
  }

  /** Codes of ours that the standards have no name for. */
  private static String wire(ErrorCode code, String name, String path) {
    return switch (code) {
      // UMA FedAuthz §3.2 has a name for it; RFC 6749 has none.
      case NOT_FOUND -> path.startsWith("/uma/") ? name : "invalid_request";
      case CONFLICT -> "invalid_request";
      case TOKEN_REQUIRED -> "invalid_token";
      default -> name;
    };
  }

  private static Response.ResponseBuilder oauth(int status, String code, @Nullable String detail) {
    ObjectNode body = JsonMapper.mapper().createObjectNode().put("error", code);
    if (detail != null) {
      body.put("error_description", printable(detail));
    }
    return answer(status).type(MediaType.APPLICATION_JSON).entity(body.toString());
  }

  private static Response.ResponseBuilder problem(int status, @Nullable String detail) {
    return answer(status).type(PROBLEM_JSON).entity(problemNode(status, detail).toString());
  }

  private static ObjectNode problemNode(int status, @Nullable String detail) {
    Response.Status known = Response.Status.fromStatusCode(status);
    ObjectNode body =
        JsonMapper.mapper()
            .createObjectNode()
            .put("type", "about:blank")
            .put("title", known == null ? "Unprocessable Content" : known.getReasonPhrase())
            .put("status", status);
    if (detail != null) {
      body.put("detail", detail);
    }
    return body;
  }

  private static Response.ResponseBuilder answer(int status) {
    return Response.status(status).header(HttpHeaders.CACHE_CONTROL, "no-store");
  }

  private static void challenge(Response.ResponseBuilder response, RequestException refusal) {
    switch (refusal.code()) {
      case INVALID_CLIENT ->
          response.header(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"heliogate\"");
      case TOKEN_REQUIRED ->
          response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"heliogate\"");
      case INVALID_TOKEN, INSUFFICIENT_SCOPE ->
          response.header(HttpHeaders.WWW_AUTHENTICATE, challenge("Bearer", refusal.code()));
      case INVALID_DPOP_PROOF, USE_DPOP_NONCE ->
          response.header(HttpHeaders.WWW_AUTHENTICATE, challenge("DPoP", refusal.code()));
      default -> {
        // No other refusal asks for credentials.
      }
    }
  }

  private static String challenge(String scheme, ErrorCode code) {
    return scheme + " realm=\"heliogate\", error=\"" + code.name().toLowerCase(Locale.ROOT) + "\"";
  }

  /** RFC 6749 §5.2 allows no quotes, backslashes or characters beyond ASCII. */
  private static String printable(String text) {
    return text.replace('"', '\'').replaceAll("[^\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]", "?");
  }
}
