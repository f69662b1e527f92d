package org.heliogate.authz.projection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.heliogate.authz.projection.Projections.Enforcement;

/**
 * Where requests wait until what they asked for is enforced, with no transaction open. The relay of
 * this node wakes them; another node's work is seen by looking now and then.
 */
@ApplicationScoped
public class EnforcementWatch {

  private static final Duration LOOK = Duration.ofMillis(250);

  private final Projections projections;
  private final Map<String, Set<CountDownLatch>> waiting = new ConcurrentHashMap<>();

  /** A watch over the projections. */
  @Inject
  public EnforcementWatch(Projections projections) {
    this.projections = projections;
  }

  /**
   * Waits until the resource server enforces at least that generation.
   *
   * @param limit how long at most
   * @return false if it does not, by then
   */
  public boolean await(Enforcement wanted, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      CountDownLatch latch = new CountDownLatch(1);
      String key = key(wanted.resourceServer(), wanted.username());
      waiting.computeIfAbsent(key, id -> ConcurrentHashMap.newKeySet()).add(latch);
      try {
        if (projections.enforced(wanted.resourceServer(), wanted.username(), wanted.generation())) {
          return true;
        }
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        latch.await(Math.min(left, LOOK.toNanos()), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      } finally {
        waiting.computeIfPresent(
            key,
            (id, latches) -> {
              latches.remove(latch);
              return latches.isEmpty() ? null : latches;
            });
      }
    }
  }

  void wake(String resourceServer, Set<String> usernames) {
    for (String username : usernames) {
      waiting
          .getOrDefault(key(resourceServer, username), Set.of())
          .forEach(CountDownLatch::countDown);
    }
  }

  private static String key(String resourceServer, String username) {
    return resourceServer + '/' + username;
  }
}
