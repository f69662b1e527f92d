package org.heliogate.authz.platform;

import jakarta.persistence.EntityManager;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;

/** The shared keys in a test's database, each call in a transaction of its own. */
public final class StoredKeys extends TokenKeyStore {

  private final TestDatabase database;
  private final Clock clock;

  /** The keys in that database. */
  public StoredKeys(TestDatabase database, Clock clock) {
    super(database.inTransaction(em -> em), new TestSealer(), new SecureRandom(), clock);
    this.database = database;
    this.clock = clock;
  }

  @Override
  public List<TokenKey> load(Purpose purpose) {
    return database.inTransaction(em -> in(em).load(purpose));
  }

  @Override
  public TokenKey create(Purpose purpose) {
    return database.inTransaction(em -> in(em).create(purpose));
  }

  private TokenKeyStore in(EntityManager em) {
    return new TokenKeyStore(em, new TestSealer(), new SecureRandom(), clock);
  }
}
