package org.heliogate.device;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.heliogate.device.failure.DeviceException;
import org.heliogate.device.http.Pause;

/**
 * Keeps a client's credentials for one resource server from ending, in a thread of its own: gets
 * new ones when {@link Credentials#renewAt()} has come, and tries again until there are some. Until
 * then the present ones are used, to their end.
 *
 * <p>After a failure it waits 30 seconds, then twice as long each time up to an hour, never more
 * than a quarter of what is left of the present credentials; each shortened at random by up to
 * half. Closing it ends the thread, which is a daemon.
 */
public final class CredentialRenewal implements AutoCloseable {

  private static final Duration FIRST_RETRY = Duration.ofSeconds(30);
  private static final Duration LONGEST_RETRY = Duration.ofHours(1);
  private static final Duration SHORTEST_RETRY = Duration.ofSeconds(1);

  /** The clock may be set meanwhile, so it is looked at again after that long. */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  private final AuthorizedClient client;
  private final Listener listener;
  private final Clock clock;
  private final Pause pause;
  private final Thread thread;
  private volatile Credentials current;

  CredentialRenewal(
      AuthorizedClient client, Credentials present, Listener listener, Clock clock, Pause pause) {
    this.client = client;
    this.current = present;
    this.listener = listener;
    this.clock = clock;
    this.pause = pause;
    this.thread = new Thread(this::run, "renewal " + client.name());
    thread.setDaemon(true);
  }

  /** Is told what becomes of renewals, in their thread. */
  public interface Listener {

    /** There are new credentials. */
    void renewed(Credentials credentials);

    /**
     * An attempt failed; the present credentials stay in use.
     *
     * @param failure why
     * @param again when the next attempt is made
     */
    void failed(DeviceException failure, Instant again);
  }

  CredentialRenewal started() {
    thread.start();
    return this;
  }

  /** The credentials to use now. */
  public Credentials current() {
    return current;
  }

  private void run() {
    Instant due = current.renewAt();
    int failures = 0;
    try {
      while (true) {
        await(due);
        try {
          Credentials next = client.renewCredentials(current.resourceServer());
          failures = 0;
          due = notBefore(next);
          if (!next.equals(current)) {
            current = next;
            listener.renewed(next);
          }
        } catch (DeviceException e) {
          if (Thread.currentThread().isInterrupted()) {
            return;
          }
          due = clock.instant().plus(retry(++failures));
          listener.failed(e, due);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** When to renew these; a device whose clock is wrong must not do so without end. */
  private Instant notBefore(Credentials credentials) {
    Instant now = clock.instant();
    Duration quarter = credentials.life().dividedBy(4);
    Instant earliest = now.plus(quarter.compareTo(LONGEST_RETRY) < 0 ? quarter : LONGEST_RETRY);
    return credentials.renewAt().isAfter(earliest) ? credentials.renewAt() : earliest;
  }

  private void await(Instant due) throws InterruptedException {
    Duration left = Duration.between(clock.instant(), due);
    while (left.compareTo(Duration.ZERO) > 0) {
      pause.await(left.compareTo(LONGEST_PAUSE) < 0 ? left : LONGEST_PAUSE);
      left = Duration.between(clock.instant(), due);
    }
  }

  private Duration retry(int failures) {
    Duration doubled = FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, 20));
    Duration wait = doubled.compareTo(LONGEST_RETRY) < 0 ? doubled : LONGEST_RETRY;
    Duration quarter = Duration.between(clock.instant(), current.expiresAt()).dividedBy(4);
    if (!quarter.isNegative() && quarter.compareTo(wait) < 0) {
      wait = quarter.compareTo(SHORTEST_RETRY) < 0 ? SHORTEST_RETRY : quarter;
    }
    return wait.minusMillis(ThreadLocalRandom.current().nextLong(wait.toMillis() / 2));
  }

  /** Ends the renewal; one that is under way is broken off. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
