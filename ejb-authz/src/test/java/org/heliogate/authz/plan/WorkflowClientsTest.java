package org.heliogate.authz.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.ClientStore;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.device.jpa.DeviceEntity;
import org.heliogate.authz.grant.Role;
import org.heliogate.authz.grant.RoleStore;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.authz.platform.TestEvent;
import org.heliogate.authz.platform.TestSealer;
import org.heliogate.authz.projection.Projections;
import org.heliogate.authz.workflow.WorkflowDocument;
import org.heliogate.authz.workflow.WorkflowParser;
import org.junit.jupiter.api.Test;

class WorkflowClientsTest {

  private static final String CHANGED =
      """
      heliogate: 1
      workflow: w
      roles:
        writer: { grants: [] }
      bootstrap:
        clients:
          - { name: publisher, role: writer, authentication: [client_secret_basic] }
        return-pin: true
      """;

  private final MutableClock clock = new MutableClock();

  @Test
  void followWhenAVersionTakesForceThenClientsHaveItsRolesAndTerms() throws Exception {
    WorkflowDocument document =
        new WorkflowParser().parse(CHANGED.getBytes(UTF_8), "w", id -> true);
    try (TestDatabase database = TestDatabase.create()) {
      database.runInTransaction(
          em -> {
            RoleStore roles = new RoleStore(em, notices(em));
            roles.define(new Role("reader", "w", 1, List.of()));
            roles.define(new Role("writer", "w", 2, List.of()));
            em.persist(
                new DeviceEntity(
                    "SE-1", "AAAA", null, null, Map.of(), List.of(), "hash", clock.instant()));
            em.flush();
            client(em, "kept", "publisher", "w");
            client(em, "dropped", "listener", "w");
            client(em, "other", "publisher", "another");
          });
      database.runInTransaction(em -> clients(em).follow(document));
      Map<String, RegisteredClient> after =
          database.inTransaction(
              em -> new ClientStore(em).loadAll(List.of("kept", "dropped", "other")));
      assertThat(of(after, "kept").roles()).containsExactly("writer");
      assertThat(of(after, "kept").authentication())
          .containsExactly(AuthenticationMethod.CLIENT_SECRET_BASIC);
      assertThat(of(after, "kept").returnPin()).isTrue();
      assertThat(of(after, "dropped").roles()).isEmpty();
      assertThat(of(after, "other").roles()).containsExactly("reader");
      assertThat(of(after, "other").returnPin()).isFalse();
    }
  }

  private static RegisteredClient of(Map<String, RegisteredClient> clients, String id) {
    return Objects.requireNonNull(clients.get(id));
  }

  private void client(EntityManager em, String id, String name, String workflow) {
    ClientEntity client =
        new ClientEntity(id, "hg-" + id, name, ClientKind.DEVICE, clock.instant());
    client.setOrigin("SE-1", workflow);
    client.setTerms(
        Set.of(AuthenticationMethod.CLIENT_OTP), Set.of("uma_authorization"), false, false);
    client.setRoles(Set.of("reader"));
    em.persist(client);
  }

  private WorkflowClients clients(EntityManager em) {
    return new WorkflowClients(
        em,
        new Projections(
            em, new RoleStore(em, notices(em)), new TestSealer(), clock, new TestEvent<>()),
        notices(em));
  }

  private ChangeNotices notices(EntityManager em) {
    return new ChangeNotices(em, clock, new TestEvent<>());
  }
}
