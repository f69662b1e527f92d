package org.heliogate.authz.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.heliogate.authz.platform.GroupCommit.Request;
import org.heliogate.authz.platform.jpa.OneTimeValueEntity;

/**
 * Values that count once across all nodes: an assertion's {@code jti}, a redeemed ticket. One row
 * each; the table's primary key decides races.
 */
@ApplicationScoped
public class OneTimeValues {

  private static final Duration SLACK = Duration.ofMinutes(5);
  private static final int TOGETHER = 64;

  private final EntityManager entityManager;
  private final OneTimeLedger ledger;
  private final Clock clock;
  private final GroupCommit<OneTimeValue, Boolean> group;

  /** The values used up, in the given database. */
  @Inject
  public OneTimeValues(
      EntityManager entityManager, OneTimeLedger ledger, BackgroundThreads threads, Clock clock) {
    this(entityManager, ledger, threads::execute, clock);
  }

  OneTimeValues(
      EntityManager entityManager, OneTimeLedger ledger, Executor successors, Clock clock) {
    this.entityManager = entityManager;
    this.ledger = ledger;
    this.clock = clock;
    this.group = new GroupCommit<>(TOGETHER, successors, this::spendTogether);
  }

  /**
   * Uses a value up; that is committed when this returns, whatever becomes of the caller's
   * transaction. Values of requests at the same time are committed together.
   *
   * @param kind keeps values of different kinds apart
   * @param owner whose value it is
   * @param value the value
   * @param expiresAt from when on the value is refused for its age alone
   * @throws AlreadySpentException if it was used up before; nothing is changed then
   */
  public void spend(String kind, String owner, String value, Instant expiresAt) {
    group.commit(row(kind, owner, value, expiresAt));
  }

  /**
   * Uses a ticket up for a client, as {@link #spend} does, unless another client presented it
   * first.
   *
   * @throws AlreadySpentException if it was used up before, or is another client's; nothing is
   *     changed then
   */
  public void spendTicket(
      String kind, String owner, String ticket, String client, Instant expiresAt) {
    group.commit(
        new OneTimeValue(
            kind,
            digest(kind, owner, ticket),
            expiresAt.plus(SLACK),
            Digests.sha256(ticket),
            client));
  }

  /**
   * Uses a value up together with what else the caller's transaction does.
   *
   * @throws AlreadySpentException if it was used up before; the caller's transaction is lost then
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void spendWithin(String kind, String owner, String value, Instant expiresAt) {
    ledger.writeWithin(List.of(row(kind, owner, value, expiresAt)));
  }

  /** Whether a value was used up. */
  @Transactional
  public boolean spent(String kind, String owner, String value) {
    return entityManager.find(OneTimeValueEntity.class, digest(kind, owner, value)) != null;
  }

  /**
   * Forgets values, counters and owners of tickets that are refused for their age alone, at most
   * {@link ExpiredRows#BATCH} of each.
   *
   * @return whether there may be more
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public boolean purge() {
    Instant now = clock.instant();
    return ExpiredRows.ONE_TIME_VALUE.delete(entityManager, now)
        | ExpiredRows.AAT_COUNTER.delete(entityManager, now)
        | ExpiredRows.TICKET_OWNER.delete(entityManager, now);
  }

  /** All at once; if one of them was spent before, one by one to find out which. */
  private void spendTogether(List<Request<OneTimeValue, Boolean>> requests) {
    Map<String, Request<OneTimeValue, Boolean>> fresh = new TreeMap<>();
    List<Request<OneTimeValue, Boolean>> repeated = new ArrayList<>();
    for (Request<OneTimeValue, Boolean> request : requests) {
      if (fresh.putIfAbsent(request.what().digest(), request) != null) {
        repeated.add(request);
      }
    }
    try {
      ledger.write(fresh.values().stream().map(Request::what).toList());
      fresh.values().forEach(request -> request.done(true));
    } catch (AlreadySpentException e) {
      if (requests.size() == 1) {
        requests.get(0).failed(e);
        return;
      }
      fresh.values().forEach(this::spendAlone);
    }
    repeated.forEach(this::spendAlone);
  }

  private void spendAlone(Request<OneTimeValue, Boolean> request) {
    try {
      ledger.write(List.of(request.what()));
      request.done(true);
    } catch (RuntimeException e) {
      request.failed(e);
    }
  }

  private static OneTimeValue row(String kind, String owner, String value, Instant expiresAt) {
    return new OneTimeValue(kind, digest(kind, owner, value), expiresAt.plus(SLACK), "", "");
  }

  private static String digest(String kind, String owner, String value) {
    return Digests.sha256(kind + '\n' + owner + '\n' + value);
  }
}
