package org.heliogate.rest.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTally;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.token.Caller;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // Nothing is written to a database.
class RefusalAuditTest {

  private static final String REQUEST = "GET /admin/api/v1/clients/x";

  private final List<AuditEvent> written = new ArrayList<>();
  private final List<AuditEvent> counted = new ArrayList<>();

  @Test
  void refusedWhenTheCallerIsNoAdministratorThenCountedWithoutWhatItAskedFor() {
    refused("uma_authorization");
    refused("uma_authorization");
    AuditEvent event = AuditEvent.refused("admin.request", "c-1", "-", "403");
    assertThat(counted).containsExactly(event, event);
    assertThat(written).isEmpty();
  }

  @Test
  void refusedWhenAnAdministratorLacksTheStrongerScopeThenARowAtOnce() {
    refused("admin:read");
    refused("admin");
    AuditEvent event = AuditEvent.refused("admin.request", "c-1", REQUEST, "403");
    assertThat(written).containsExactly(event, event);
    assertThat(counted).isEmpty();
  }

  private void refused(String scope) {
    AuditTrail trail =
        new AuditTrail(null, Clock.systemUTC()) {
          @Override
          public void record(AuditEvent event) {
            written.add(event);
          }
        };
    AuditTally tally =
        new AuditTally(trail, Clock.systemUTC()) {
          @Override
          public void count(AuditEvent event) {
            counted.add(event);
          }
        };
    Caller caller = new Caller(client(), Set.of(scope), Caller.Proof.BEARER, null);
    RefusalAudit.refused(caller, REQUEST, 403, trail, tally);
  }

  private static RegisteredClient client() {
    return new RegisteredClient(
        "c-1",
        "hg-aaaaaaaaaaaaaaaaaaaaaaaaaa",
        "app",
        ClientKind.APPLICATION,
        Optional.empty(),
        Optional.empty(),
        true,
        Set.of(),
        Set.of("uma_authorization"),
        true,
        false,
        null,
        Instant.EPOCH,
        Set.of(),
        Instant.EPOCH,
        0,
        Optional.empty(),
        null);
  }
}
