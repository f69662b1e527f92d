package org.heliogate.authz.client;

import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.NodeCache;
import org.heliogate.authz.resource.NameSyntax;

/**
 * The registered clients as this node knows them: in memory, so that a token costs no database
 * round-trip, and forgotten as soon as word of a change arrives (architecture, decisions 7 and 8).
 */
@ApplicationScoped
public class ClientDirectory {

  private static final int MAX_CLIENTS = 200_000;

  private final ClientStore store;
  private final NodeCache<String, RegisteredClient> clients =
      new NodeCache<>(Caffeine.newBuilder().maximumSize(MAX_CLIENTS));

  /** A directory over the stored clients. */
  @Inject
  public ClientDirectory(ClientStore store) {
    this.store = store;
  }

  /**
   * The client of that identifier, with its device, as of at most 250 ms ago.
   *
   * @return empty if no such client was ever registered; a revoked one is found
   */
  public Optional<RegisteredClient> find(String clientId) {
    if (!NameSyntax.IDENTIFIER.matches(clientId)) {
      // No client is called that, and PostgreSQL takes a NUL for an error.
      return Optional.empty();
    }
    return Optional.ofNullable(
        clients
            .getAll(
                List.of(clientId),
                ids -> store.load(clientId).map(found -> Map.of(clientId, found)).orElse(Map.of()))
            .get(clientId));
  }

  /**
   * Looks whether a client is still as it is known here. Who failed to be a known client has so
   * cost the same look into the database as who failed to be an unknown one.
   */
  public void lookAgain(RegisteredClient known) {
    if (store.version(known.clientId()).filter(now -> now == known.version()).isEmpty()) {
      clients.forget(known.clientId());
    }
  }

  void forget(@Observes(during = TransactionPhase.AFTER_SUCCESS) ChangeNotice notice) {
    if (notice.kind() == ChangeNotice.Kind.CLIENT) {
      clients.forget(notice.subject());
    } else if (notice.kind() == ChangeNotice.Kind.CLIENTS_OF_WORKFLOW) {
      clients.forgetIf(client -> client.workflow().filter(notice.subject()::equals).isPresent());
    } else if (notice.kind() == ChangeNotice.Kind.EVERYTHING) {
      clients.forgetIf(client -> true);
    }
  }
}
