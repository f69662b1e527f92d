package org.heliogate.authz.grant;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.spi.ResourceSyntax;

/**
 * Who may do what: a client's roles by their workflows, what operators granted to these roles and
 * to the client, minus what they refused. The one place where that is decided.
 *
 * <p>Each client's rights are kept in memory, expanded, until the next moment at which a bound in
 * time changes them or word of a change arrives (architecture, decisions 7 and 8). Thread-safe.
 */
@ApplicationScoped
public class Entitlements {

  /** About as many rights are kept, of all clients together, and as many grants of clients' own. */
  private static final long MAX_KEPT = 1_000_000;

  private static final int MAX_ROLES = 10_000;

  private final RoleStore roles;
  private final GrantStore grants;
  private final ResourceServers servers;
  private final Clock clock;
  private final OwnGrants own;
  private final Cache<String, Kept> kept =
      Caffeine.newBuilder()
          .maximumWeight(MAX_KEPT)
          .weigher((String id, Kept one) -> one.weight)
          .build();
  private volatile RoleBook book = new RoleBook();

  /** The entitlements that the stored roles and grants give. */
  @Inject
  public Entitlements(RoleStore roles, GrantStore grants, ResourceServers servers, Clock clock) {
    this.roles = roles;
    this.grants = grants;
    this.own = new OwnGrants(grants, MAX_KEPT);
    this.servers = servers;
    this.clock = clock;
  }

  /** What a client may do on one resource server at this moment. */
  public Rights of(RegisteredClient client, String resourceServer) {
    Rights rights = kept(client).byServer.get(resourceServer);
    return rights == null ? new Rights(Map.of(), Map.of(), () -> ResourceSyntax.NAMES) : rights;
  }

  /**
   * All that each of these clients may and may not do as stored now, past this node's memory. Three
   * queries.
   */
  public Map<String, List<Entitlement>> storedNow(Collection<RegisteredClient> clients) {
    Instant now = clock.instant();
    Set<String> names = new TreeSet<>();
    clients.forEach(client -> names.addAll(client.roles()));
    Map<String, HeldRole> stored = load(names);
    Map<String, List<Grant>> given =
        grants.ofClients(clients.stream().map(RegisteredClient::clientId).toList());
    Map<String, List<Entitlement>> entitlements = new HashMap<>();
    for (RegisteredClient client : clients) {
      String id = client.clientId();
      entitlements.put(
          id, expand(client, stored, given.getOrDefault(id, List.of()), now).entitlements());
    }
    return entitlements;
  }

  void forget(@Observes(during = TransactionPhase.AFTER_SUCCESS) ChangeNotice notice) {
    if (notice.kind() == ChangeNotice.Kind.ROLE) {
      book = new RoleBook();
    } else if (notice.kind() == ChangeNotice.Kind.CLIENT_GRANTS) {
      own.changed(notice.subject(), notice.part());
    } else if (notice.kind() == ChangeNotice.Kind.EVERYTHING) {
      book = new RoleBook();
      own.forgetAll();
    }
  }

  /** What follows for one client from the grants and roles that it was made of. */
  private record Kept(
      RegisteredClient client,
      RoleBook book,
      List<Grant> own,
      Instant until,
      Map<String, Rights> byServer,
      int weight) {}

  private Kept kept(RegisteredClient client) {
    Instant now = clock.instant();
    RoleBook current = book;
    List<Grant> given = own.of(client.clientId());
    Kept known = kept.getIfPresent(client.clientId());
    if (known != null && isGood(known, client, current, given, now)) {
      return known;
    }
    Expansion expansion = expand(client, current.all(client.roles()), given, now);
    Kept made =
        new Kept(
            client,
            current,
            given,
            expansion.nextBound(),
            expansion.rights(servers::syntax),
            1 + expansion.size());
    kept.put(client.clientId(), made);
    return made;
  }

  /** The list of grants is compared by identity: one that was read again is another. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isGood(
      Kept known, RegisteredClient client, RoleBook current, List<Grant> given, Instant now) {
    return known.book == current
        && known.own == given
        && known.until.isAfter(now)
        && (known.client == client || known.client.equals(client));
  }

  private static Expansion expand(
      RegisteredClient client, Map<String, HeldRole> roles, List<Grant> own, Instant now) {
    Expansion expansion = new Expansion(client, now);
    for (String name : client.roles()) {
      HeldRole held = roles.get(name);
      if (held != null) {
        expansion.addRole(held.role);
        expansion.addRoleGrants(held.role, held.grants);
      }
    }
    expansion.addOwn(own);
    return expansion;
  }

  private record HeldRole(Role role, List<Grant> grants) {}

  private Map<String, HeldRole> load(Set<String> names) {
    Map<String, Role> stored = roles.loadAll(names);
    Map<String, List<Grant>> granted = grants.ofRoles(names);
    Map<String, HeldRole> held = new HashMap<>();
    stored.forEach(
        (name, role) -> held.put(name, new HeldRole(role, granted.getOrDefault(name, List.of()))));
    return held;
  }

  /**
   * The roles as they were loaded since one of them last changed. A change makes a new book, so
   * that what was read before the change and noted after it is never used.
   */
  private final class RoleBook {

    private final Map<String, HeldRole> known = new ConcurrentHashMap<>();

    Map<String, HeldRole> all(Set<String> names) {
      Map<String, HeldRole> held = new HashMap<>();
      Set<String> missing = new TreeSet<>();
      for (String name : names) {
        HeldRole one = known.get(name);
        if (one == null) {
          missing.add(name);
        } else {
          held.put(name, one);
        }
      }
      if (!missing.isEmpty()) {
        Map<String, HeldRole> loaded = load(missing);
        if (known.size() + loaded.size() > MAX_ROLES) {
          known.clear();
        }
        known.putAll(loaded);
        held.putAll(loaded);
      }
      return held;
    }
  }
}
