package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The finder of intents whose certificate was never stored, because a node died between the steps
 * of issuance. The signature may have left the HSM, so their serials go on the CRL.
 */
@ApplicationScoped
public class OrphanRevoker {

  private static final Logger LOG = Logger.getLogger(OrphanRevoker.class.getName());

  /** Longer than any signature and its second transaction take. */
  private static final Duration AGE = Duration.ofMinutes(1);

  private final IssuanceLedger ledger;

  /** A finder in the given ledger. */
  @Inject
  public OrphanRevoker(IssuanceLedger ledger) {
    this.ledger = ledger;
  }

  /** Gives up every intent that is older than a minute; called at start and every minute. */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public void run() {
    int found;
    do {
      found = ledger.abandonOlderThan(AGE);
      if (found > 0) {
        LOG.log(Level.WARNING, "{0} certificates were never stored and are revoked", found);
      }
    } while (found > 0);
  }
}
