package org.heliogate.rest.oauth;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.protection.ResourceDescription;
import org.heliogate.authz.resource.RegisteredResource;
import org.jspecify.annotations.Nullable;

/**
 * A resource description on the wire (UMA FedAuthz §3.1).
 *
 * @param id its identifier; a client may send it back to the resource that has it
 * @param scopes the name that UMA 1.0.1 has for {@code resource_scopes}; never sent
 */
public record ResourceSetBody(
    @JsonProperty("_id") @Nullable String id,
    @Nullable String name,
    @Nullable String type,
    @Nullable List<String> resourceScopes,
    @Nullable List<String> scopes,
    @Nullable String description,
    @Nullable String iconUri) {

  static ResourceSetBody of(RegisteredResource resource) {
    return new ResourceSetBody(
        resource.id(),
        resource.name(),
        resource.type(),
        resource.scopes().stream().sorted().toList(),
        null,
        resource.description(),
        resource.iconUri());
  }

  /**
   * What is said, checked.
   *
   * @param expectedId the identifier that may be repeated in the body; null for none
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST}
   */
  ResourceDescription checked(@Nullable String expectedId) {
    if (id != null && !id.equals(expectedId)) {
      throw refused("_id is given by the server and cannot be changed");
    }
    if (name == null) {
      throw refused("name is missing");
    }
    return new ResourceDescription(
        name, type, ScopeMembers.of(resourceScopes, scopes), description, iconUri);
  }

  private static RequestException refused(String reason) {
    return new RequestException(ErrorCode.INVALID_REQUEST, reason);
  }
}
