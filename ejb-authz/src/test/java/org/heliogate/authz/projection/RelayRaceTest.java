package org.heliogate.authz.projection;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.ClientStore;
import org.heliogate.authz.grant.Effect;
import org.heliogate.authz.grant.Role;
import org.heliogate.authz.grant.RoleStore;
import org.heliogate.authz.platform.TestSealer;
import org.heliogate.authz.policy.GrantTerms;
import org.heliogate.authz.policy.PolicyFixture;
import org.heliogate.spi.Permission;
import org.heliogate.spi.PrincipalOutcome;
import org.heliogate.spi.PrincipalState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A right is taken away while a client that has it comes to its resource server. */
class RelayRaceTest {

  private final PolicyFixture fixture = new PolicyFixture();
  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private Set<Permission> sent = Set.of();

  @AfterEach
  void close() {
    threads.shutdownNow();
    fixture.close();
  }

  @Test
  void claimWhenTheRoleIsDefinedAnewMeanwhileThenItsRightIsGone() throws Exception {
    race(
        em -> {
          new RoleStore(em, fixture.notices(em))
              .define(new Role(PolicyFixture.ROLE, "w", 2, List.of()));
          fixture.projections(em).raiseOfRoles(Set.of(PolicyFixture.ROLE));
        });
    assertThat(sent).isEmpty();
  }

  @Test
  void claimWhenAGrantToTheRoleIsTakenMeanwhileThenItIsGone() throws Exception {
    String id = granted(PolicyFixture.ofRole("b", Effect.ALLOW, "write"));
    race(em -> fixture.grants(em).delete("admin", id, null));
    assertThat(sent).containsExactly(Permission.allow("a/*", "read"));
  }

  @Test
  void claimWhenAGrantToTheClientIsTakenMeanwhileThenItIsGone() throws Exception {
    String id = granted(PolicyFixture.own("b", Effect.ALLOW, "write"));
    race(em -> fixture.grants(em).delete("admin", id, null));
    assertThat(sent).containsExactly(Permission.allow("a/*", "read"));
  }

  private String granted(GrantTerms terms) {
    return fixture.database.inTransaction(em -> fixture.grants(em).create("admin", terms).id());
  }

  /** The client comes, and is carried, while the change is made but not committed. */
  private void race(Consumer<EntityManager> change) throws Exception {
    CountDownLatch made = new CountDownLatch(1);
    CountDownLatch commit = new CountDownLatch(1);
    Future<?> changing =
        threads.submit(
            () ->
                fixture.database.runInTransaction(
                    em -> {
                      change.accept(em);
                      em.flush();
                      made.countDown();
                      await(commit);
                    }));
    await(made);
    Future<?> coming =
        threads.submit(
            () -> {
              fixture.generation();
              carryAll();
            });
    while (!coming.isDone() && !somebodyWaitsForALock()) {
      Thread.onSpinWait();
    }
    commit.countDown();
    changing.get();
    coming.get();
    carryAll();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private boolean somebodyWaitsForALock() {
    return fixture.database.inTransaction(
        em ->
            (Long)
                    em.createNativeQuery(
                            "select count(*) from information_schema.sessions"
                                + " where blocker_id is not null",
                            Long.class)
                        .getSingleResult()
                > 0);
  }

  private void carryAll() {
    RelayBatch batch = carry();
    while (!batch.isEmpty()) {
      batch = carry();
    }
  }

  private RelayBatch carry() {
    return fixture.database.inTransaction(
        em -> {
          long fence = lease(em).acquire(PolicyFixture.SERVER).orElseThrow();
          RelayBatch batch = ledger(em).claim(PolicyFixture.SERVER, fence, RelayPace.MAX);
          if (!batch.isEmpty()) {
            batch.states().forEach(state -> sent = state.permissions());
            ledger(em).settle(batch, batch.states().stream().map(RelayRaceTest::enforced).toList());
          }
          return batch;
        });
  }

  private static PrincipalOutcome enforced(PrincipalState state) {
    return new PrincipalOutcome(
        state.name(), state.generation(), PrincipalOutcome.Status.ENFORCED, null);
  }

  private RelayLease lease(EntityManager em) {
    return new RelayLease("node-1", em, fixture.clock);
  }

  private RelayLedger ledger(EntityManager em) {
    return new RelayLedger(
        em,
        lease(em),
        new ClientStore(em),
        new RoleStore(em, fixture.notices(em)),
        fixture.entitlements(em),
        new TestSealer(),
        new AuditTrail(em, fixture.clock),
        fixture.clock);
  }
}
