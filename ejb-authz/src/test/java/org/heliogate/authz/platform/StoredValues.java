package org.heliogate.authz.platform;

import java.time.Clock;
import java.util.List;

/** One-time values in a test's database, each spent in a transaction of its own. */
public final class StoredValues {

  private StoredValues() {}

  /** The values in that database. */
  public static OneTimeValues in(TestDatabase database, Clock clock) {
    return new OneTimeValues(
        database.inTransaction(em -> em), new Ledger(database), Runnable::run, clock);
  }

  private static final class Ledger extends OneTimeLedger {

    private final TestDatabase database;

    Ledger(TestDatabase database) {
      super(database.inTransaction(em -> em));
      this.database = database;
    }

    @Override
    public void write(List<OneTimeValue> values) {
      database.runInTransaction(em -> new OneTimeLedger(em).writeWithin(values));
    }
  }
}
