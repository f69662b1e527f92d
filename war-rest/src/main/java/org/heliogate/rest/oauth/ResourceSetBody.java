package org.heliogate.rest.oauth;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.protection.DescribedResource;
import org.heliogate.authz.protection.ResourceDescription;
import org.heliogate.authz.protection.ResourceExtension;
import org.heliogate.authz.resource.RegisteredResource;
import org.jspecify.annotations.Nullable;

/**
 * A resource description on the wire (UMA FedAuthz §3.1), with the further members of Keycloak's
 * client.
 *
 * @param id its identifier; a client may send it back to the resource that has it
 * @param scopes the name that UMA 1.0.1 and Keycloak have for {@code resource_scopes}; never sent
 * @param owner whose it is: nobody's but the resource server's; never sent
 */
public record ResourceSetBody(
    @JsonProperty("_id") @Nullable String id,
    @Nullable String name,
    @Nullable String type,
    @Nullable List<ScopeMember> resourceScopes,
    @Nullable List<ScopeMember> scopes,
    @Nullable String description,
    @Nullable String iconUri,
    @JsonProperty("displayName") @Nullable String displayName,
    @JsonProperty("ownerManagedAccess") @Nullable Boolean ownerManagedAccess,
    @Nullable List<String> uris,
    @Nullable Map<String, List<String>> attributes,
    @Nullable Owner owner) {

  /** An owner by its client identifier. */
  public record Owner(@Nullable String id) {}

  static ResourceSetBody of(DescribedResource described) {
    RegisteredResource resource = described.resource();
    ResourceExtension extension = described.extension();
    return new ResourceSetBody(
        resource.id(),
        resource.name(),
        resource.type(),
        resource.scopes().stream().sorted().map(ScopeMember::new).toList(),
        null,
        resource.description(),
        resource.iconUri(),
        extension.displayName(),
        extension.ownerManagedAccess(),
        extension.uris().isEmpty() ? null : extension.uris(),
        extension.attributes().isEmpty() ? null : extension.attributes(),
        null);
  }

  /**
   * What is said, checked.
   *
   * @param expectedId the identifier that may be repeated in the body; null for none
   * @param server the resource server's client identifier
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST}
   */
  ResourceDescription checked(@Nullable String expectedId, String server) {
    if (id != null && !id.equals(expectedId)) {
      throw refused("_id is given by the server and cannot be changed");
    }
    if (name == null) {
      throw refused("name is missing");
    }
    if (owner != null && !server.equals(owner.id())) {
      throw refused("owner: a resource belongs to its resource server");
    }
    return new ResourceDescription(
        name,
        type,
        ScopeMembers.of(names(resourceScopes), names(scopes)),
        description,
        iconUri,
        new ResourceExtension(displayName, ownerManagedAccess, uris, attributes));
  }

  private static @Nullable List<String> names(@Nullable List<ScopeMember> scopes) {
    if (scopes == null) {
      return null;
    }
    List<String> names = new ArrayList<>();
    for (ScopeMember scope : scopes) {
      if (scope == null) {
        throw refused("a scope is null");
      }
      names.add(scope.name());
    }
    return names;
  }

  private static RequestException refused(String reason) {
    return new RequestException(ErrorCode.INVALID_REQUEST, reason);
  }
}
