package org.heliogate.it.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.heliogate.fuzz.JsonText.quoted;

import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.heliogate.fuzz.Chance;
import org.heliogate.fuzz.CompactText;
import org.heliogate.fuzz.JsonText;
import org.heliogate.fuzz.Mutations;
import org.heliogate.it.fixture.Http;
import org.heliogate.it.fixture.RawHttp.Request;

/**
 * Requests that are good at first sight: each is for an endpoint, has the credentials that open it
 * half of the time, and something in it is broken. What must not show up again begins with the
 * marker.
 */
final class HostileRequests {

  private static final String JSON = "application/json";
  private static final String[] MEDIA_TYPES = {
    "application/x-www-form-urlencoded; charset=utf-8",
    "application/x-www-form-urlencoded; charset=nonsense",
    "application/json; charset=utf-16",
    "application/json;",
    "application/*",
    "application/merge-patch+json",
    "application/x-ndjson",
    "text/csv",
    "text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=a",
    "application",
    "/",
    ";",
    ""
  };
  private static final String[] PATHS = {
    "/oauth/token",
    "/oauth/introspect",
    "/oauth/revoke",
    "/oauth/jwks",
    "/oauth/none",
    "/uma/resource_set",
    "/uma/permission",
    "/uma/rpt",
    "/bootstrap",
    "/csr",
    "/proxy/mqtt",
    "/pki/ca.pem",
    "/.well-known/uma2-configuration",
    "/admin/api/v1/devices",
    "/admin/api/v1/workflows/x",
    "/admin/api/v1/certificates/00",
    "/none"
  };
  private static final String[] METHODS = {
    "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "QUERY"
  };

  private final Credentials credentials;
  private final String marker;

  /**
   * What opens the endpoints.
   *
   * @param basic a client's {@code Authorization}
   * @param aat an AAT as {@code Bearer}
   * @param pat a PAT as {@code Bearer}
   * @param admin an administrator's token as {@code Bearer}
   * @param assertion a device's assertion
   * @param ticket a permission ticket
   * @param resource the identifier of a resource of the PAT's server
   */
  record Credentials(
      String basic,
      String aat,
      String pat,
      String admin,
      String assertion,
      String ticket,
      String resource) {}

  HostileRequests(Credentials credentials, String marker) {
    this.credentials = credentials;
    this.marker = marker;
  }

  /** The next request. */
  Request next(Chance chance) {
    return switch (chance.below(12)) {
      case 0, 1 -> token(chance);
      case 2 ->
          form(
              chance,
              chance.of("/oauth/introspect", "/oauth/revoke"),
              chance.of(credentials.basic(), credentials.pat()),
              List.of("token", "token_type_hint"));
      case 3 -> bootstrap(chance);
      case 4 -> json(chance, "/uma/permission", credentials.pat(), permission(chance));
      case 5 -> resource(chance);
      case 6 -> json(chance, "/uma/rpt", credentials.aat(), question(chance));
      case 7 -> csr(chance);
      case 8 -> proxy(chance);
      case 9 -> administration(chance);
      case 10 -> list(chance);
      default -> anything(chance);
    };
  }

  private Request token(Chance chance) {
    return form(
        chance,
        "/oauth/token",
        chance.of(credentials.basic(), credentials.aat()),
        List.of(
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
            "credential"));
  }

  private Request bootstrap(Chance chance) {
    String assertion =
        chance.oneIn(4) ? value(chance) : CompactText.mutated(chance, credentials.assertion());
    String body =
        "client_assertion_type="
            + encoded("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            + "&client_assertion="
            + encoded(assertion);
    return request(chance, "POST", "/bootstrap", "", Http.FORM, body);
  }

  /** A form of some of these names. */
  private Request form(Chance chance, String path, String authorization, List<String> names) {
    StringBuilder body = new StringBuilder();
    if (names.contains("grant_type")) {
      body.append("grant_type=")
          .append(
              encoded(
                  chance.of("client_credentials", "urn:ietf:params:oauth:grant-type:uma-ticket")));
    } else {
      body.append("token=").append(encoded(value(chance)));
    }
    for (int members = chance.below(5); members > 0; members--) {
      body.append('&')
          .append(chance.oneIn(8) ? encoded(value(chance)) : chance.of(names))
          .append('=')
          .append(chance.oneIn(8) ? chance.of("%", "%zz", "%00", "%c0") : encoded(value(chance)));
    }
    return request(chance, "POST", path, authorization, Http.FORM, body.toString());
  }

  private Request json(Chance chance, String path, String authorization, JsonText body) {
    String text = body.mutated(chance).broken(chance);
    return request(
        chance, "POST", path, authorization, JSON, chance.oneIn(9) ? '[' + text + ']' : text);
  }

  private JsonText permission(Chance chance) {
    return JsonText.object()
        .withText(
            chance.of("resource_id", "resource_set_id"),
            chance.of(credentials.resource(), value(chance)))
        .with(
            chance.of("resource_scopes", "scopes"),
            '[' + quoted(chance.of("view", value(chance))) + ']');
  }

  private Request resource(Chance chance) {
    JsonText body =
        JsonText.object()
            .withText("name", chance.of("fuzz/" + chance.below(9), value(chance)))
            .withText("type", value(chance))
            .with("resource_scopes", '[' + quoted(chance.of("view", value(chance))) + ']')
            .withText("description", value(chance))
            .withText("icon_uri", chance.of("https://example.org/a", value(chance)));
    String id = chance.of(credentials.resource(), encoded(value(chance)));
    return switch (chance.below(4)) {
      case 0 -> request(chance, "GET", "/uma/resource_set/" + id, credentials.pat(), "", "");
      case 1 ->
          request(
              chance,
              "PUT",
              "/uma/resource_set/" + id,
              credentials.pat(),
              JSON,
              body.mutated(chance).broken(chance));
      default -> json(chance, "/uma/resource_set", credentials.pat(), body);
    };
  }

  private JsonText question(Chance chance) {
    return JsonText.object()
        .withText(
            "ticket",
            chance.of(
                credentials.ticket(),
                CompactText.mutated(chance, credentials.ticket()),
                value(chance)))
        .withText("rpt", value(chance))
        .withText("csr", value(chance))
        .withText("credential", chance.of("password", value(chance)));
  }

  private Request csr(Chance chance) {
    String otp = "AAT-OTP id=\"%s\", ctr=\"%s\", mac=\"%s\"";
    String authorization =
        chance.oneIn(2)
            ? credentials.aat()
            : otp.formatted(value(chance), chance.number(), value(chance));
    return json(
        chance,
        "/csr",
        authorization,
        JsonText.object().withText("resource_server", chance.of("mqtt", value(chance))));
  }

  private Request proxy(Chance chance) {
    String query =
        "?resource=" + encoded(value(chance)) + "&scope=" + chance.of("publish", "%", "a+a", "%20");
    return request(
        chance,
        chance.of("GET", "POST"),
        "/proxy/" + chance.of("mqtt", encoded(value(chance))) + chance.of("", query, "?%"),
        chance.of("", credentials.aat()),
        "",
        "");
  }

  private Request administration(Chance chance) {
    JsonText client =
        JsonText.object()
            .withText("name", value(chance))
            // Nothing secret here: the refusal says the name of a role that does not exist.
            .with("roles", '[' + quoted(chance.of("no-such-role", chance.text())) + ']')
            .withText("scope", value(chance));
    JsonText server =
        JsonText.object()
            // Nor here: everybody who asks for the server is told its identifier.
            .withText("id", chance.of("fuzz-" + chance.below(9), chance.text()))
            .withText("type", chance.of("mqtt", "oauth", value(chance)))
            .withText("connection_factory", chance.of("java:/heliogate/rs/x", value(chance)));
    return chance.oneIn(2)
        ? json(chance, "/admin/api/v1/clients", credentials.admin(), client)
        : json(chance, "/admin/api/v1/resource-servers", credentials.admin(), server);
  }

  private Request list(Chance chance) {
    String list =
        chance.of(
            "devices",
            "workflows",
            "roles",
            "clients",
            "resource-servers",
            "certificates",
            "audit-events");
    String rest =
        chance.oneIn(2)
            ? '/' + encoded(value(chance))
            : "?limit="
                + chance.of("1", encoded(chance.number()))
                + '&'
                + chance.of("cursor", "subject", "action", "client_id", "device", "status")
                + '='
                + encoded(value(chance));
    return request(chance, "GET", "/admin/api/v1/" + list + rest, credentials.admin(), "", "");
  }

  private Request anything(Chance chance) {
    return request(
        chance,
        chance.of(METHODS),
        chance.of(PATHS) + chance.of("", "/", "//", ";a=b", "?a", "?a=%zz", "/%2e%2e/", "/%00"),
        chance.of(credentials.admin(), credentials.pat(), "Basic " + marker, "Bearer " + marker),
        chance.of(JSON, Http.FORM, chance.of(MEDIA_TYPES)),
        chance.oneIn(2) ? chance.text() : "");
  }

  /** A text that is hostile, secret, or true of something else. */
  private String value(Chance chance) {
    return switch (chance.below(8)) {
      case 0 -> marker;
      case 1 -> marker + chance.text();
      case 2 -> CompactText.mutated(chance, credentials.pat().substring("Bearer ".length()));
      case 3 -> Mutations.text(chance, credentials.ticket());
      case 4 -> chance.of("mqtt", "uma_authorization", "admin", "c-1", "password");
      default -> chance.text();
    };
  }

  private Request request(
      Chance chance,
      String method,
      String target,
      String authorization,
      String mediaType,
      String body) {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    String shown =
        chance.oneIn(4) && !authorization.isEmpty()
            ? Mutations.text(chance, authorization)
            : authorization;
    if (!shown.isEmpty() && !chance.oneIn(9)) {
      headers.add(header("Authorization", shown));
    }
    String type = chance.oneIn(9) ? chance.of(MEDIA_TYPES) : mediaType;
    if (!type.isEmpty() || chance.oneIn(9)) {
      headers.add(header("Content-Type", type));
    }
    if (chance.oneIn(4)) {
      headers.add(
          header(
              chance.of(
                  "DPoP",
                  "Authorization",
                  "Accept",
                  "Accept-Language",
                  "If-Match",
                  "If-None-Match",
                  "Idempotency-Key",
                  "X-Forwarded-For",
                  "X-HTTP-Method-Override",
                  "Cookie",
                  "Content-Encoding",
                  "Range"),
              chance.of(value(chance), CompactText.mutated(chance, credentials.assertion()))));
    }
    String sent = chance.oneIn(12) ? Mutations.text(chance, body) : body;
    return new Request(method, target, headers, sent.getBytes(UTF_8));
  }

  /** A field whose value cannot end it. */
  private static Map.Entry<String, String> header(String name, String value) {
    String text = value.length() > 8_000 ? value.substring(0, 8_000) : value;
    return Map.entry(name, text.replaceAll("[\r\n\0]", " "));
  }

  private static String encoded(String text) {
    String kept = text.length() > 9_000 ? text.substring(0, 9_000) : text;
    return URLEncoder.encode(kept, UTF_8);
  }
}
