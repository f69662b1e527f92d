package org.heliogate.rest.oauth;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.heliogate.authz.token.TokenPermission;

/**
 * A permission in an introspection answer (UMA FedAuthz §5.1.1), with the same under the names that
 * UMA 1.0.1 (§3.4.2: {@code resource_set_id}, {@code scopes}) and Keycloak's client ({@code rsid},
 * {@code rsname}, {@code scopes}) read.
 *
 * @param exp when it ends, in seconds since 1970
 */
record IntrospectedPermission(
    String resourceId, String resourceName, List<String> resourceScopes, long exp) {

  static IntrospectedPermission of(TokenPermission permission, long expiry) {
    return new IntrospectedPermission(
        permission.resourceId(),
        permission.resourceName(),
        permission.scopes().stream().sorted().toList(),
        expiry);
  }

  @JsonProperty("resource_set_id")
  String resourceSetId() {
    return resourceId;
  }

  @JsonProperty("scopes")
  List<String> scopes() {
    return resourceScopes;
  }

  @JsonProperty("rsid")
  String rsid() {
    return resourceId;
  }

  @JsonProperty("rsname")
  String rsname() {
    return resourceName;
  }
}
