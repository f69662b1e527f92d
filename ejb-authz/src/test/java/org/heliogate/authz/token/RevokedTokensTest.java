package org.heliogate.authz.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.authz.platform.TestEvent;
import org.heliogate.authz.token.RevokedTokens.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RevokedTokensTest {

  private final MutableClock clock = new MutableClock();
  private final Instant expiry = clock.instant().plus(Duration.ofMinutes(5));
  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void loadWhenRevokedBeforeTheStartThenKnown() {
    revoke(Kind.SIGNED, "t-1", expiry);
    revoke(Kind.SIGNED, "t-1", expiry);
    database.runInTransaction(
        em -> {
          RevokedTokens tokens = new RevokedTokens(em, notices(em, new TestEvent<>()), clock);
          assertThat(tokens.ended(Kind.SIGNED, "t-1", expiry)).isFalse();
          tokens.load();
          assertThat(tokens.ended(Kind.SIGNED, "t-1", expiry)).isTrue();
          assertThat(tokens.ended(Kind.AAT, "t-1", expiry)).isFalse();
          assertThat(tokens.ended(Kind.SIGNED, "t-2", expiry)).isFalse();
        });
  }

  @Test
  void hearWhenAnotherNodeRevokesThenKnownWithoutTheDatabase() {
    TestEvent<ChangeNotice> events = revoke(Kind.AAT, "h-1", expiry);
    RevokedTokens elsewhere =
        database.inTransaction(em -> new RevokedTokens(em, notices(em, new TestEvent<>()), clock));
    events.fired().forEach(elsewhere::hear);
    assertThat(elsewhere.ended(Kind.AAT, "h-1", expiry)).isTrue();
  }

  @Test
  void endedWhenAResourceWasDeletedThenOnlyForTokensFromBefore() {
    TestEvent<ChangeNotice> events = revoke(Kind.RESOURCE, "r-1", expiry);
    RevokedTokens tokens =
        database.inTransaction(em -> new RevokedTokens(em, notices(em, new TestEvent<>()), clock));
    events.fired().forEach(tokens::hear);
    assertThat(tokens.ended(Kind.RESOURCE, "r-1", expiry)).isTrue();
    assertThat(tokens.ended(Kind.RESOURCE, "r-1", expiry.plusSeconds(1))).isFalse();
  }

  @Test
  void purgeWhenExpiredThenForgottenEverywhere() {
    revoke(Kind.SIGNED, "old", expiry);
    revoke(Kind.SIGNED, "new", expiry.plus(Duration.ofHours(1)));
    clock.advance(Duration.ofMinutes(6));
    database.runInTransaction(
        em -> {
          RevokedTokens tokens = new RevokedTokens(em, notices(em, new TestEvent<>()), clock);
          tokens.purge();
          assertThat(
                  em.createQuery("select count(t) from RevokedTokenEntity t", Long.class)
                      .getSingleResult())
              .isEqualTo(1);
          tokens.load();
          assertThat(tokens.ended(Kind.SIGNED, "old", expiry)).isFalse();
          assertThat(tokens.ended(Kind.SIGNED, "new", expiry)).isTrue();
        });
  }

  private TestEvent<ChangeNotice> revoke(Kind kind, String name, Instant expiresAt) {
    TestEvent<ChangeNotice> events = new TestEvent<>();
    database.runInTransaction(
        em -> new RevokedTokens(em, notices(em, events), clock).revoke(kind, name, expiresAt));
    assertThat(events.fired())
        .singleElement()
        .satisfies(
            notice -> {
              assertThat(notice.kind()).isEqualTo(ChangeNotice.Kind.TOKEN);
              assertThat(notice.subject()).hasSizeLessThanOrEqualTo(64);
            });
    return events;
  }

  private ChangeNotices notices(
      jakarta.persistence.EntityManager em, TestEvent<ChangeNotice> events) {
    return new ChangeNotices(em, clock, events);
  }
}
