package org.heliogate.authz.uma;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.authz.platform.TestSealer;
import org.heliogate.authz.platform.TokenKeyRing;
import org.heliogate.authz.platform.TokenKeyStore;
import org.junit.jupiter.api.Test;

class PermissionTicketsTest {

  private static final List<AskedPermission> ALL = List.of(AskedPermission.byName(null, Set.of()));

  private final MutableClock clock = new MutableClock();

  @Test
  void readWhenIssuedThenSaysTheSameAndShowsNothing() {
    withTickets(
        tickets -> {
          String ticket =
              tickets.issue(
                  "mqtt", List.of(AskedPermission.byName("wams/SE-1/m", Set.of("publish"))), "c-1");
          assertThat(tickets.read(ticket))
              .hasValueSatisfying(
                  read -> {
                    assertThat(read.resourceServer()).isEqualTo("mqtt");
                    assertThat(read.permissions())
                        .containsExactly(AskedPermission.byName("wams/SE-1/m", Set.of("publish")));
                    assertThat(read.client()).isEqualTo("c-1");
                  });
          for (String part : ticket.split("\\.")) {
            assertThat(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8))
                .doesNotContain("wams", "c-1");
          }
        });
  }

  @Test
  void readWhenUnboundAndForAllThenNulls() {
    withTickets(
        tickets ->
            assertThat(tickets.read(tickets.issue("mqtt", ALL, null)))
                .hasValueSatisfying(
                    read -> {
                      assertThat(read.permissions()).isEqualTo(ALL);
                      assertThat(read.client()).isNull();
                    }));
  }

  @Test
  void readWhenExpiredThenRefused() {
    withTickets(
        tickets -> {
          String ticket = tickets.issue("mqtt", ALL, null);
          clock.advance(PermissionTickets.LIFETIME);
          assertThat(tickets.read(ticket)).isEmpty();
        });
  }

  @Test
  void readWhenGarbageThenRefused() {
    withTickets(
        tickets -> {
          for (String garbage : List.of("", ".", "....", "a.b.c.d.e", "x".repeat(100_000))) {
            assertThat(tickets.read(garbage)).isEmpty();
          }
        });
  }

  private void withTickets(Consumer<PermissionTickets> test) {
    try (TestDatabase database = TestDatabase.create()) {
      database.runInTransaction(
          em ->
              test.accept(
                  new PermissionTickets(
                      new TokenKeyRing(
                          new TokenKeyStore(em, new TestSealer(), new SecureRandom(), clock),
                          clock),
                      new SecureRandom(),
                      clock)));
    }
  }
}
