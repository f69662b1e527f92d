package org.heliogate.bench.tokens;

import java.util.Map;

/**
 * Where a server has its endpoints and how it names what its answers say; all else that is sent and
 * checked is the same for each.
 *
 * @param tokenPath the token endpoint
 * @param permissionPath the permission endpoint (UMA FedAuthz §4)
 * @param introspectionPath the introspection endpoint
 * @param accessToken the parameters with which a client asks for its access token
 * @param protection the parameters with which the resource server asks for its PAT
 * @param signed whether access tokens are compact JWS; otherwise they are opaque
 * @param clientClaim the claim of a token that names its client
 * @param permissions the JSON pointer of an RPT's permissions
 * @param resourceMember the member of a permission that names the resource
 * @param scopesMember its member with the scopes
 */
record Vocabulary(
    String tokenPath,
    String permissionPath,
    String introspectionPath,
    Map<String, String> accessToken,
    Map<String, String> protection,
    boolean signed,
    String clientClaim,
    String permissions,
    String resourceMember,
    String scopesMember) {

  private static final Map<String, String> CLIENT_CREDENTIALS =
      Map.of("grant_type", "client_credentials");

  /** As this product's HTTP contract has it. */
  static final Vocabulary HELIOGATE =
      new Vocabulary(
          "/oauth/token",
          "/uma/permission",
          "/oauth/introspect",
          Map.of("grant_type", "client_credentials", "scope", "uma_authorization"),
          Map.of("grant_type", "client_credentials", "scope", "uma_protection"),
          false,
          "client_id",
          "/permissions",
          "resource_id",
          "resource_scopes");

  /** As a realm of Keycloak has it. */
  static Vocabulary keycloak(String realm) {
    String base = "/realms/" + realm;
    return new Vocabulary(
        base + "/protocol/openid-connect/token",
        base + "/authz/protection/permission",
        base + "/protocol/openid-connect/token/introspect",
        CLIENT_CREDENTIALS,
        CLIENT_CREDENTIALS,
        true,
        "azp",
        "/authorization/permissions",
        "rsid",
        "scopes");
  }
}
