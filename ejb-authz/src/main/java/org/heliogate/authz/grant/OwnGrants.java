package org.heliogate.authz.grant;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What operators granted to clients themselves, as this node knows it. Where word comes that one
 * grant of a client has changed, only that one is read again, as a client may have thousands. A
 * list that was read before the word came is used for the request that read it and not kept.
 * Thread-safe; no lock is held while the database is asked.
 */
final class OwnGrants {

  /** After so many changes that nobody asked about everything is read again. */
  private static final int MOST_CHANGED = 100;

  private final GrantStore store;
  private final Cache<String, Known> known;
  private final AtomicLong words = new AtomicLong();

  /**
   * Knows nothing yet.
   *
   * @param most about as many grants are kept, of all clients together
   */
  OwnGrants(GrantStore store, long most) {
    this.store = store;
    this.known =
        Caffeine.newBuilder()
            .maximumWeight(most)
            .weigher((String id, Known one) -> 1 + one.grants.size())
            .build();
  }

  /** What was read of a client, and which grants of it have changed since. */
  private record Known(Set<String> changed, List<Grant> grants) {

    /** Null once it is better to read everything. */
    @Nullable Known with(String grant) {
      Set<String> more = new TreeSet<>(changed);
      more.add(grant);
      return more.size() <= MOST_CHANGED ? new Known(more, grants) : null;
    }
  }

  /** The grants of a client: the same list until word of a change came. */
  List<Grant> of(String client) {
    Known last = known.getIfPresent(client);
    if (last == null) {
      return read(client);
    }
    return last.changed.isEmpty() ? last.grants : readAgain(client, last);
  }

  private List<Grant> read(String client) {
    long before = words.get();
    List<Grant> grants = store.ofClients(List.of(client)).getOrDefault(client, List.of());
    // Whoever tells of a change counts first and marks then; so one of the two sees the other.
    known
        .asMap()
        .compute(client, (id, last) -> words.get() == before ? new Known(Set.of(), grants) : last);
    return grants;
  }

  private List<Grant> readAgain(String client, Known last) {
    List<Grant> grants = new ArrayList<>(last.grants.size() + last.changed.size());
    for (Grant grant : last.grants) {
      if (!last.changed.contains(grant.id())) {
        grants.add(grant);
      }
    }
    for (Grant grant : store.find(last.changed)) {
      if (client.equals(grant.client())) {
        grants.add(grant);
      }
    }
    // Not if more has changed meanwhile.
    known
        .asMap()
        .computeIfPresent(client, (id, now) -> now == last ? new Known(Set.of(), grants) : now);
    return grants;
  }

  /**
   * Word of a change.
   *
   * @param grant which of the client's grants was made, changed or taken away; null for any
   */
  void changed(String client, @Nullable String grant) {
    words.incrementAndGet();
    known.asMap().computeIfPresent(client, (id, last) -> grant == null ? null : last.with(grant));
  }

  /** Word that anything may have changed. */
  void forgetAll() {
    words.incrementAndGet();
    known.invalidateAll();
  }
}
