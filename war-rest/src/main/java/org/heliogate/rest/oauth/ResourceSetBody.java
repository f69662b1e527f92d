package org.heliogate.rest.oauth;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
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
 * @param name its name; one without has its identifier for a name
 * @param scopes the name that UMA 1.0.1 and Keycloak have for {@code resource_scopes}; both are
 *     sent
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
    List<ScopeMember> scopes = resource.scopes().stream().sorted().map(ScopeMember::new).toList();
    return new ResourceSetBody(
        resource.id(),
        resource.name(),
        resource.type(),
        scopes,
        scopes,
        resource.description(),
        resource.iconUri(),
        extension.displayName(),
        extension.ownerManagedAccess(),
        extension.uris().isEmpty() ? null : extension.uris(),
        extension.attributes().isEmpty() ? null : extension.attributes(),
        null);
  }

  /**
   * What is said over a resource that there is. Whoever reads it, changes one of its two lists of
   * scopes and sends both back has said that one: where they differ, a list that repeats what is
   * there does not count.
   *
   * @param present the resource's scopes, asked for only if the lists differ
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} if both lists are there and a scope
   *     is null
   */
  ResourceSetBody over(Supplier<Set<String>> present) {
    if (resourceScopes == null
        || scopes == null
        || Set.copyOf(names(resourceScopes)).equals(Set.copyOf(names(scopes)))) {
      return this;
    }
    Set<String> there = present.get();
    boolean currentSame = Set.copyOf(names(resourceScopes)).equals(there);
    boolean formerSame = Set.copyOf(names(scopes)).equals(there);
    return new ResourceSetBody(
        id,
        name,
        type,
        currentSame ? null : resourceScopes,
        formerSame ? null : scopes,
        description,
        iconUri,
        displayName,
        ownerManagedAccess,
        uris,
        attributes,
        owner);
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
    if (owner != null && !server.equals(owner.id())) {
      throw refused("owner: a resource belongs to its resource server");
    }
    return new ResourceDescription(
        name,
        type,
        ScopeMembers.of(
            resourceScopes == null ? null : names(resourceScopes),
            scopes == null ? null : names(scopes)),
        description,
        iconUri,
        new ResourceExtension(displayName, ownerManagedAccess, uris, attributes));
  }

  private static List<String> names(List<ScopeMember> scopes) {
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
