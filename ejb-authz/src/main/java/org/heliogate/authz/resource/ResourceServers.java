package org.heliogate.authz.resource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.resource.jpa.ResourceServerEntity;
import org.heliogate.spi.ResourceProxyConnection;
import org.heliogate.spi.ResourceProxyException;
import org.heliogate.spi.ResourceServerDescription;
import org.heliogate.spi.ResourceSyntax;
import org.heliogate.spi.SecurityProfile;
import org.jspecify.annotations.Nullable;

/**
 * The registered resource servers, and the way to each one's adapter. What an adapter says of its
 * server is kept in memory; it comes from the adapter's configuration and does not change while the
 * pool is bound.
 */
@ApplicationScoped
public class ResourceServers {

  private final EntityManager entityManager;
  private final StoredServers stored;
  private final ResourceProxies proxies;
  private final ChangeNotices notices;
  private final AuditTrail audit;
  private final Clock clock;
  private final Map<String, ResourceServerDescription> descriptions = new ConcurrentHashMap<>();
  private final Map<String, ResourceSyntax> syntaxes = new ConcurrentHashMap<>();
  private final AtomicLong words = new AtomicLong();
  private volatile @Nullable Known known;

  /** The servers in the given database. */
  @Inject
  public ResourceServers(
      EntityManager entityManager,
      StoredServers stored,
      ResourceProxies proxies,
      ChangeNotices notices,
      AuditTrail audit,
      Clock clock) {
    this.entityManager = entityManager;
    this.stored = stored;
    this.proxies = proxies;
    this.notices = notices;
    this.audit = audit;
    this.clock = clock;
  }

  /** What was read, and how many words of change had come before. */
  private record Known(Map<String, ResourceServer> servers, long words) {}

  /** All of them, by identifier. */
  public Map<String, ResourceServer> all() {
    Known last = known;
    long heard = words.get();
    if (last != null && last.words() == heard) {
      return last.servers();
    }
    Map<String, ResourceServer> servers = stored.all();
    known = new Known(servers, heard);
    return servers;
  }

  /** The one of that identifier. */
  public Optional<ResourceServer> find(String id) {
    return Optional.ofNullable(all().get(id));
  }

  /**
   * Registers a resource server whose pool an operator has configured.
   *
   * @param actor who asks
   * @param approvals who may approve there what nobody has granted
   * @throws RequestException {@link ErrorCode#CONFLICT} if the identifier is taken; {@link
   *     ErrorCode#UNPROCESSABLE} if nothing fitting is bound at the connection factory's name, or
   *     another resource server has it
   */
  @Transactional
  public ResourceServer register(
      String actor, String id, String type, String connectionFactory, ApprovalPolicy approvals) {
    refuseTaken(id);
    refuseShared(connectionFactory);
    ResourceServerDescription description = proxies.find(connectionFactory).describe();
    if (!description.type().equals(type)) {
      throw new RequestException(
          ErrorCode.UNPROCESSABLE,
          "the adapter bound there is for type '" + description.type() + "'");
    }
    return store(
        actor, new ResourceServerEntity(id, type, connectionFactory, clock.instant()), approvals);
  }

  /**
   * Registers a resource server that registers its own resources.
   *
   * @param actor who asks
   * @param clientId the client as which it does so
   * @param tokens what the tokens for it are like
   * @param approvals who may approve there what nobody has granted
   * @throws RequestException {@link ErrorCode#CONFLICT} if the identifier is taken
   */
  @Transactional
  public ResourceServer registerSelfRegistering(
      String actor, String id, String clientId, TokenTerms tokens, ApprovalPolicy approvals) {
    refuseTaken(id);
    return store(
        actor,
        ResourceServerEntity.selfRegistering(
            id, ResourceServer.SELF_REGISTERING, clientId, tokens, clock.instant()),
        approvals);
  }

  /**
   * Changes what the tokens for a server are like, of which those that were made stay as they are,
   * and who may approve there what nobody has granted.
   *
   * @param actor who asks
   * @param expectedVersion the version that the change is for; null for any
   * @throws RequestException {@link ErrorCode#NOT_FOUND}; {@link ErrorCode#PRECONDITION_FAILED} if
   *     it has another version
   */
  @Transactional
  public ResourceServer change(
      String actor,
      String id,
      TokenTerms tokens,
      ApprovalPolicy approvals,
      @Nullable Long expectedVersion) {
    ResourceServerEntity row =
        entityManager.find(ResourceServerEntity.class, id, LockModeType.PESSIMISTIC_WRITE);
    if (row == null) {
      throw new RequestException(ErrorCode.NOT_FOUND, "there is no such resource server");
    }
    if (expectedVersion != null && row.version() != expectedVersion) {
      throw new RequestException(ErrorCode.PRECONDITION_FAILED, "it was changed since it was read");
    }
    if (!row.tokens().equals(tokens) || row.approvals() != approvals) {
      row.giveTokens(tokens);
      row.setApprovals(approvals);
      entityManager.flush();
      audit.record(
          AuditEvent.success(
              "resource-server.update",
              actor,
              id,
              Map.of(
                  "scope_template",
                  Objects.requireNonNullElse(tokens.scopeTemplate(), ""),
                  "rpt_lifetime",
                  Long.toString(tokens.lifetime().toSeconds()),
                  "approvals",
                  approvals.wireName())));
      notices.publish(ChangeNotice.Kind.RESOURCE_SERVER, id);
    }
    return StoredServers.read(row);
  }

  /** The scopes that the server of that identifier knows; empty where no adapter says so. */
  public Optional<Set<String>> scopes(String id) {
    return find(id).flatMap(this::description).map(ResourceServerDescription::scopes);
  }

  /** The server that registers its resources as that client. */
  public Optional<ResourceServer> ofClient(String clientId) {
    return all().values().stream().filter(server -> clientId.equals(server.clientId())).findFirst();
  }

  /** The server that tokens with this audience are for. */
  public Optional<ResourceServer> ofAudience(String audience) {
    return ofClient(audience).or(() -> find(audience).filter(server -> server.clientId() == null));
  }

  /**
   * How clients reach that server and which rights it knows; empty for a server without a proxy,
   * which clients know by themselves.
   */
  public Optional<ResourceServerDescription> description(ResourceServer server) {
    String pool = server.connectionFactory();
    return pool == null
        ? Optional.empty()
        : Optional.of(descriptions.computeIfAbsent(pool, name -> proxies.find(name).describe()));
  }

  /** How the server of that identifier names resources; without a proxy it knows no patterns. */
  public ResourceSyntax syntax(String id) {
    ResourceServer server = all().get(id);
    String pool = server == null ? null : server.connectionFactory();
    return pool == null
        ? ResourceSyntax.NAMES
        : syntaxes.computeIfAbsent(pool, name -> proxies.find(name).syntax());
  }

  /** How clients may log in to that server, best first; none without a proxy. */
  public List<SecurityProfile> securityProfiles(ResourceServer server) {
    return description(server).map(ResourceServerDescription::securityProfiles).orElse(List.of());
  }

  /** The first URI of each proxied server's security profiles, for templates. */
  public Map<String, URI> uris() {
    Map<String, URI> uris = new HashMap<>();
    for (ResourceServer server : all().values()) {
      securityProfiles(server).stream()
          .findFirst()
          .ifPresent(profile -> uris.put(server.id(), URI.create(profile.uri())));
    }
    return uris;
  }

  /**
   * A connection to the server's access control, to be closed by the caller.
   *
   * @throws ResourceProxyException if the server cannot be reached, or has no proxy
   */
  public ResourceProxyConnection connect(ResourceServer server) throws ResourceProxyException {
    String pool = server.connectionFactory();
    if (pool == null) {
      throw new ResourceProxyException("the resource server has no proxy", false, null);
    }
    return proxies.find(pool).getConnection();
  }

  void forget(@Observes(during = TransactionPhase.AFTER_SUCCESS) ChangeNotice notice) {
    if (notice.kind() == ChangeNotice.Kind.RESOURCE_SERVER
        || notice.kind() == ChangeNotice.Kind.EVERYTHING) {
      words.incrementAndGet();
    }
  }

  private void refuseTaken(String id) {
    if (entityManager.find(ResourceServerEntity.class, id) != null) {
      throw new RequestException(ErrorCode.CONFLICT, "the resource server '" + id + "' exists");
    }
  }

  /**
   * A client has one name everywhere: the rights of two servers would displace each other there.
   */
  private void refuseShared(String connectionFactory) {
    entityManager
        .createQuery(
            "select s from ResourceServerEntity s where s.connectionFactory = :pool",
            ResourceServerEntity.class)
        .setParameter("pool", connectionFactory)
        .getResultStream()
        .findFirst()
        .ifPresent(
            other -> {
              throw new RequestException(
                  ErrorCode.UNPROCESSABLE,
                  "the resource server '" + other.id() + "' has that connection_factory");
            });
  }

  private ResourceServer store(String actor, ResourceServerEntity row, ApprovalPolicy approvals) {
    row.setApprovals(approvals);
    entityManager.persist(row);
    audit.record(
        AuditEvent.success(
            "resource-server.register",
            actor,
            row.id(),
            Map.of("type", row.type(), "approvals", approvals.wireName())));
    notices.publish(ChangeNotice.Kind.RESOURCE_SERVER, row.id());
    return StoredServers.read(row);
  }
}
