package org.heliogate.authz.uma;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.grant.Entitlements;
import org.heliogate.authz.grant.ResourceRegistrar;
import org.heliogate.authz.grant.Rights;
import org.heliogate.authz.resource.RegisteredResource;
import org.heliogate.authz.resource.RegisteredResources;
import org.heliogate.authz.resource.ResourceServer;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.authz.resource.TokenTerms;
import org.heliogate.authz.token.LiveToken;
import org.heliogate.authz.token.RevokedTokens;
import org.heliogate.authz.token.TokenPermission;

/**
 * The authorization assessment (UMA 2.0 Grant §3.3.4): what of the asked a client has. A right
 * counts for the name that it has and, where the resource server knows patterns, for all that it
 * covers; an explicit refusal that covers the name wins. On a server that registers its own
 * resources a right counts only for a resource and scopes that are registered at this moment.
 */
@ApplicationScoped
public class Assessment {

  private final ResourceServers servers;
  private final Entitlements entitlements;
  private final RegisteredResources resources;
  private final RevokedTokens revoked;

  /** An assessment by the given rights and resources. */
  @Inject
  public Assessment(
      ResourceServers servers,
      Entitlements entitlements,
      RegisteredResources resources,
      RevokedTokens revoked) {
    this.servers = servers;
    this.entitlements = entitlements;
    this.resources = resources;
    this.revoked = revoked;
  }

  /**
   * What of the asked the client has, by resource name; empty if it has nothing of it.
   *
   * @param further scopes that the client asks for itself, for each resource of the ticket
   * @throws RequestException {@link ErrorCode#INVALID_SCOPE} if one of these is known to none of
   *     the resources or, behind a proxy, not to the server (UMA 2.0 Grant §3.3.6); or for more
   *     rights than a token holds
   */
  List<TokenPermission> assess(
      RegisteredClient client,
      ResourceServer server,
      List<AskedPermission> asked,
      Set<String> further) {
    Rights rights = entitlements.of(client, server.id());
    Map<String, TokenPermission> granted = new TreeMap<>();
    if (server.proxied()) {
      refuseUnknown(server, further);
      for (AskedPermission one : asked) {
        held(one, rights, wanted(one, further))
            .forEach(
                (name, scopes) ->
                    merge(
                        granted,
                        new TokenPermission(
                            ResourceRegistrar.id(server.id(), name), name, scopes)));
      }
    } else {
      Registered registered = registered(server, asked, further, rights);
      registered.refuseUnknown(further);
      for (AskedPermission one : asked) {
        registered
            .of(one)
            .forEach(resource -> grant(granted, resource, rights, wanted(one, further)));
      }
    }
    return List.copyOf(granted.values());
  }

  /**
   * What a token allows that its client still has: nothing that was taken away since, and nothing
   * on a resource that was deleted. Memory alone is asked.
   */
  public List<TokenPermission> stillGranted(LiveToken token, ResourceServer server) {
    Rights rights = entitlements.of(token.client(), server.id());
    List<TokenPermission> left = new ArrayList<>();
    for (TokenPermission permission : token.permissions()) {
      Set<String> scopes = new TreeSet<>(permission.scopes());
      scopes.retainAll(rights.scopes(permission.resourceName()));
      if (!scopes.isEmpty()
          && !revoked.ended(
              RevokedTokens.Kind.RESOURCE,
              permission.resourceId(),
              token.issuedAt().plus(TokenTerms.MAX_LIFETIME))) {
        left.add(new TokenPermission(permission.resourceId(), permission.resourceName(), scopes));
      }
    }
    return left;
  }

  /** Both lists in one, a resource once with the scopes of both. */
  static List<TokenPermission> together(
      Collection<TokenPermission> some, Collection<TokenPermission> others) {
    Map<String, TokenPermission> all = new LinkedHashMap<>();
    some.forEach(one -> merge(all, one));
    others.forEach(one -> merge(all, one));
    return List.copyOf(all.values());
  }

  /** What the client has of what is asked on a server with patterns, by the asked name. */
  private static Map<String, Set<String>> held(
      AskedPermission asked, Rights rights, Set<String> wanted) {
    String name = asked.name();
    if (name == null) {
      return everything(rights, wanted);
    }
    Set<String> scopes = new TreeSet<>(rights.scopes(name));
    if (!wanted.isEmpty()) {
      scopes.retainAll(wanted);
    }
    return scopes.isEmpty() ? Map.of() : Map.of(name, scopes);
  }

  /** All that the client has, refused as soon as it is known to be too much for a token. */
  private static Map<String, Set<String>> everything(Rights rights, Set<String> wanted) {
    Map<String, Set<String>> all = rights.all(wanted, RequestingPartyTokens.MAX_PERMISSIONS + 1);
    if (all.size() > RequestingPartyTokens.MAX_PERMISSIONS) {
      throw RequestingPartyTokens.tooMany();
    }
    return all;
  }

  private void refuseUnknown(ResourceServer server, Set<String> further) {
    if (!further.isEmpty() && !servers.scopes(server.id()).orElse(Set.of()).containsAll(further)) {
      throw new RequestException(
          ErrorCode.INVALID_SCOPE, "the resource server does not know a scope that was asked for");
    }
  }

  private Registered registered(
      ResourceServer server, List<AskedPermission> asked, Set<String> further, Rights rights) {
    Set<String> ids = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (AskedPermission one : asked) {
      if (one.id() != null) {
        ids.add(one.id());
      } else if (one.name() != null) {
        names.add(one.name());
      } else {
        names.addAll(everything(rights, wanted(one, further)).keySet());
        if (!further.isEmpty()) {
          // Those without what is wanted too: they say whether somebody knows the further scopes.
          names.addAll(rights.all(Set.of(), RequestingPartyTokens.MAX_PERMISSIONS).keySet());
        }
      }
    }
    return new Registered(resources.find(server.id(), ids, names));
  }

  /** The resources that a ticket is about, as they are registered now. */
  private record Registered(List<RegisteredResource> resources) {

    List<RegisteredResource> of(AskedPermission asked) {
      return resources.stream()
          .filter(
              resource ->
                  asked.everything()
                      || resource.id().equals(asked.id())
                      || resource.name().equals(asked.name()))
          .toList();
    }

    void refuseUnknown(Set<String> further) {
      Optional<String> unknown =
          further.stream()
              .filter(
                  scope ->
                      resources.stream().noneMatch(resource -> resource.scopes().contains(scope)))
              .findFirst();
      if (unknown.isPresent() && !resources.isEmpty()) {
        throw new RequestException(
            ErrorCode.INVALID_SCOPE, "no resource of the ticket has a scope that was asked for");
      }
    }
  }

  static Set<String> wanted(AskedPermission asked, Set<String> further) {
    Set<String> wanted = new TreeSet<>(asked.scopes());
    wanted.addAll(further);
    return wanted;
  }

  /** All that the client has there and the resource knows, or what is wanted of it. */
  private static void grant(
      Map<String, TokenPermission> granted,
      RegisteredResource resource,
      Rights rights,
      Set<String> wanted) {
    Set<String> scopes = new TreeSet<>(rights.scopes(resource.name()));
    scopes.retainAll(resource.scopes());
    if (!wanted.isEmpty()) {
      scopes.retainAll(wanted);
    }
    if (!scopes.isEmpty()) {
      merge(granted, new TokenPermission(resource.id(), resource.name(), scopes));
    }
  }

  private static void merge(Map<String, TokenPermission> all, TokenPermission more) {
    all.merge(
        more.resourceName(),
        more,
        (one, other) -> {
          Set<String> scopes = new TreeSet<>(one.scopes());
          scopes.addAll(other.scopes());
          return new TokenPermission(other.resourceId(), other.resourceName(), scopes);
        });
  }
}
