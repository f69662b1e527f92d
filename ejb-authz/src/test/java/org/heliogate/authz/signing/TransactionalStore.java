package org.heliogate.authz.signing;

import jakarta.persistence.EntityManager;
import java.time.Clock;
import java.util.List;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.authz.platform.TestEvent;

/** The store with a transaction around each call, as the container puts it there. */
final class TransactionalStore extends SigningKeyStore {

  private final TestDatabase database;
  private final Clock clock;
  private final TestEvent<ChangeNotice> events;

  @SuppressWarnings("NullAway") // Each call goes to a store within a transaction.
  TransactionalStore(TestDatabase database, Clock clock, TestEvent<ChangeNotice> events) {
    super(null, null, null, clock);
    this.database = database;
    this.clock = clock;
    this.events = events;
  }

  private SigningKeyStore within(EntityManager em) {
    return new SigningKeyStore(
        em, new ChangeNotices(em, clock, events), new AuditTrail(em, clock), clock);
  }

  @Override
  public List<SigningKey> load() {
    return database.inTransaction(em -> within(em).load());
  }

  @Override
  public void announce(String id, long number) {
    database.runInTransaction(em -> within(em).announce(id, number));
  }

  @Override
  public void withdraw(String id) {
    database.runInTransaction(em -> within(em).withdraw(id));
  }

  @Override
  public SigningKey complete(String id, SigningPairs.Made made, Takeover takeover) {
    return database.inTransaction(em -> within(em).complete(id, made, takeover));
  }

  @Override
  public void remove(SigningKey key) {
    database.runInTransaction(em -> within(em).remove(key));
  }

  @Override
  public boolean knows(String id) {
    return database.inTransaction(em -> within(em).knows(id));
  }
}
