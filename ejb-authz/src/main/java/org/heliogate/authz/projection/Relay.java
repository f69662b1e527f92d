package org.heliogate.authz.projection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.heliogate.authz.platform.BackgroundThreads;
import org.heliogate.authz.platform.DatabaseContention;
import org.heliogate.authz.resource.ResourceServer;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.spi.PrincipalOutcome;
import org.heliogate.spi.ResourceProxyConnection;
import org.heliogate.spi.ResourceProxyException;

/**
 * The carrier of projections to the resource servers: claims a batch, sends it without a
 * transaction, settles it. One run at a time for each resource server on this node, one node at a
 * time by {@link RelayLease}. A server that is down only makes its own rows wait.
 */
@ApplicationScoped
public class Relay {

  private static final Logger LOG = Logger.getLogger(Relay.class.getName());
  private static final Duration FIRST_BACK_OFF = Duration.ofMillis(250);
  private static final Duration MAX_BACK_OFF = Duration.ofSeconds(2);

  private final BackgroundThreads threads;
  private final ResourceServers servers;
  private final RelayLease lease;
  private final RelayLedger ledger;
  private final EnforcementWatch watch;
  private final Map<String, Route> routes = new ConcurrentHashMap<>();

  /** A relay to the registered servers. */
  @Inject
  public Relay(
      BackgroundThreads threads,
      ResourceServers servers,
      RelayLease lease,
      RelayLedger ledger,
      EnforcementWatch watch) {
    this.threads = threads;
    this.servers = servers;
    this.lease = lease;
    this.ledger = ledger;
    this.watch = watch;
  }

  /** Looks after every resource server with a proxy; called a few times a second. */
  public void poll() {
    servers.all().values().stream()
        .filter(ResourceServer::proxied)
        .map(ResourceServer::id)
        .forEach(this::start);
  }

  void raised(@Observes(during = TransactionPhase.AFTER_SUCCESS) ProjectionRaised event) {
    start(event.resourceServer());
  }

  private void start(String serverId) {
    Route route = routes.computeIfAbsent(serverId, id -> new Route());
    if (route.signals.getAndIncrement() == 0) {
      try {
        threads.execute(() -> run(serverId, route));
      } catch (RejectedExecutionException e) {
        route.signals.set(0);
        LOG.log(Level.FINE, "The relay waits for the next look", e);
      }
    }
  }

  private void run(String serverId, Route route) {
    int seen;
    do {
      seen = route.signals.get();
      if (route.open()) {
        try {
          Optional<ResourceServer> server = servers.find(serverId).filter(ResourceServer::proxied);
          if (server.isPresent()) {
            carryAll(server.get(), route.pace);
          }
          route.succeeded();
        } catch (ResourceProxyException e) {
          if (route.failed()) {
            LOG.log(
                Level.WARNING,
                "The resource server {0} is out of reach, its changes wait: {1}",
                new Object[] {serverId, e.getMessage()});
          }
        } catch (RuntimeException e) {
          route.failed();
          // A change of roles under way may hold the claim up for longer than a lock is waited for.
          Level level = DatabaseContention.caused(e) ? Level.FINE : Level.SEVERE;
          LOG.log(level, "The relay to " + serverId + " failed and tries again", e);
        }
      }
    } while (!route.signals.compareAndSet(seen, 0));
  }

  private void carryAll(ResourceServer server, RelayPace pace) throws ResourceProxyException {
    RelayBatch batch;
    do {
      OptionalLong fence = lease.acquire(server.id());
      if (fence.isEmpty()) {
        return;
      }
      batch = ledger.claim(server.id(), fence.getAsLong(), pace.most());
      if (!batch.isEmpty()) {
        long began = System.nanoTime();
        carry(server, batch);
        pace.took(batch.states().size(), Duration.ofNanos(System.nanoTime() - began));
      }
    } while (!batch.isEmpty());
  }

  private void carry(ResourceServer server, RelayBatch batch) throws ResourceProxyException {
    List<PrincipalOutcome> outcomes = new ArrayList<>(batch.unready());
    if (!batch.states().isEmpty()) {
      try (ResourceProxyConnection connection = servers.connect(server)) {
        outcomes.addAll(connection.putPrincipals(batch.states()));
      }
    }
    Map<String, Long> enforced = ledger.settle(batch, outcomes);
    watch.wake(server.id(), enforced.keySet());
  }

  /** How the way to one resource server stands. */
  private static final class Route {

    private final AtomicInteger signals = new AtomicInteger();
    private final RelayPace pace = new RelayPace();
    private Duration backOff = Duration.ZERO;
    private long closedUntil = System.nanoTime();

    boolean open() {
      return System.nanoTime() - closedUntil >= 0;
    }

    void succeeded() {
      backOff = Duration.ZERO;
    }

    /** Closes the way for a while; true for the first failure in a row. */
    boolean failed() {
      boolean first = backOff.isZero();
      backOff = first ? FIRST_BACK_OFF : backOff.multipliedBy(2);
      if (backOff.compareTo(MAX_BACK_OFF) > 0) {
        backOff = MAX_BACK_OFF;
      }
      closedUntil = System.nanoTime() + backOff.toNanos();
      return first;
    }
  }
}
