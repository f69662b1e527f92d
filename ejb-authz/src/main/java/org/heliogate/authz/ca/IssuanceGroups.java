package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.Executor;
import org.heliogate.authz.platform.BackgroundThreads;
import org.heliogate.authz.platform.GroupCommit;

/**
 * The two steps of issuance, committed together for those who enrol at the same time: on a database
 * that commits one transaction after the other, a fleet would wait for twice as many commits as it
 * has devices.
 */
@ApplicationScoped
class IssuanceGroups {

  private static final int TOGETHER = 32;

  private final GroupCommit<SigningIntent, Reservation> reservations;
  private final GroupCommit<SignedIntent, Boolean> completions;

  @Inject
  IssuanceGroups(IssuanceLedger ledger, BackgroundThreads threads) {
    this(ledger, threads::execute);
  }

  IssuanceGroups(IssuanceLedger ledger, Executor successors) {
    this.reservations = GroupCommit.of(TOGETHER, successors, ledger::reserve);
    this.completions = GroupCommit.of(TOGETHER, successors, ledger::complete);
  }

  /** Stores the intent to sign, unless there is no need or right to; committed on return. */
  Reservation reserve(SigningIntent intent) {
    return reservations.commit(intent);
  }

  /**
   * Stores a signed certificate; committed on return.
   *
   * @return false if the intent was revoked or given up meanwhile; its serial is on the CRL then
   */
  boolean complete(SignedIntent signed) {
    return completions.commit(signed);
  }
}
