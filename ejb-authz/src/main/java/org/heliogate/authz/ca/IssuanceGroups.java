package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.Executor;
import org.heliogate.authz.platform.BackgroundThreads;
import org.heliogate.authz.platform.GroupCommit;

/**
 * The steps of issuances, committed together when many enrol at the same time: a database that
 * commits one transaction after the other would let a fleet wait for twice as many commits as it
 * has devices.
 */
@ApplicationScoped
class IssuanceGroups {

  private static final int TOGETHER = 32;

  private final GroupCommit<IssuanceStep, IssuanceOutcome> group;

  @Inject
  IssuanceGroups(IssuanceLedger ledger, BackgroundThreads threads) {
    this(ledger, threads::execute);
  }

  IssuanceGroups(IssuanceLedger ledger, Executor successors) {
    this.group = GroupCommit.of(TOGETHER, successors, ledger::take);
  }

  /** Takes a step; it is committed on return. */
  IssuanceOutcome take(IssuanceStep step) {
    return group.commit(step);
  }
}
