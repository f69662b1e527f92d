package org.heliogate.authz.bootstrap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.EntityManager;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.ClientSecrets;
import org.heliogate.authz.client.ClientStore;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.device.DevicePins;
import org.heliogate.authz.device.jpa.DeviceEntity;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.grant.ResourceRegistrar;
import org.heliogate.authz.grant.RoleStore;
import org.heliogate.authz.plan.BootstrappedDevices;
import org.heliogate.authz.plan.WorkflowClients;
import org.heliogate.authz.plan.WorkflowService;
import org.heliogate.authz.platform.TestSealer;
import org.heliogate.authz.policy.PolicyFixture;
import org.heliogate.hsm.ca.RevocationReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BootstrapTransactionTest {

  private static final String DEVICE = "SE-1";

  private final PolicyFixture fixture = new PolicyFixture();

  @BeforeEach
  void loadDevice() {
    fixture.database.runInTransaction(
        em ->
            em.persist(
                new DeviceEntity(
                    DEVICE,
                    "AAAA",
                    new TestSealer().seal("493027".getBytes(UTF_8), DevicePins.context(DEVICE)),
                    null,
                    Map.of(),
                    List.of("w1"),
                    "hash",
                    fixture.clock.instant())));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void runWhenAnotherVersionIsAppliedMeanwhileThenTheClientFollowsIt() throws Exception {
    put("first", false);
    CompletableFuture<Void> applied = new CompletableFuture<>();
    BootstrapResponse response =
        fixture.database.inTransaction(
            em ->
                transaction(
                        em,
                        () -> {
                          new Thread(() -> apply(applied)).start();
                          waitFor(applied);
                        })
                    .run(DEVICE));
    applied.get(10, TimeUnit.SECONDS);
    RegisteredClient client = client(response);
    assertThat(response.clients()).extracting("role").containsExactly("first");
    assertThat(client.roles()).containsExactly("second");
    assertThat(client.returnPin()).isTrue();
  }

  @Test
  void runWhenTheWorkflowSaysSoThenThePinIsReturned() {
    put("first", false);
    assertThat(run().pin()).isNull();
    put("second", true);
    assertThat(run().pin()).isEqualTo("493027");
  }

  @Test
  void runWhenTheWorkflowIsNotInForceThenTemporarilyUnavailable() {
    assertThatThrownBy(this::run)
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
  }

  private BootstrapResponse run() {
    return fixture.database.inTransaction(em -> transaction(em, () -> {}).run(DEVICE));
  }

  private RegisteredClient client(BootstrapResponse response) {
    String clientId = response.clients().get(0).clientId();
    return fixture.database.inTransaction(em -> new ClientStore(em).load(clientId)).orElseThrow();
  }

  private void apply(CompletableFuture<Void> applied) {
    try {
      put("second", true);
      applied.complete(null);
    } catch (RuntimeException e) {
      applied.completeExceptionally(e);
    }
  }

  /** As long as it takes if nothing is in its way. */
  private static void waitFor(CompletableFuture<Void> applied) {
    try {
      applied.get(1, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      // It waits for the bootstrap.
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  private void put(String role, boolean returnPin) {
    String yaml =
        """
        heliogate: 1
        workflow: w1
        roles:
          %s: { grants: [] }
        bootstrap:
          clients:
            - { name: publisher, role: %s, authentication: [client_secret_basic] }
          return-pin: %s
        """
            .formatted(role, role, returnPin);
    fixture.database.runInTransaction(
        em -> workflows(em).put("operator", "w1", yaml.getBytes(UTF_8), true, null));
  }

  private BootstrapTransaction transaction(EntityManager em, Runnable whenPlanned) {
    return new BootstrapTransaction(
        em,
        workflows(em),
        fixture.servers(em),
        new ResourceRegistrar(em, fixture.resources(em)),
        fixture.projections(em),
        new NoCredentials(),
        new DevicePins(em, new TestSealer(), fixture.clock),
        new ClientSecrets(new SecureRandom()) {
          @Override
          public Secret secret() {
            whenPlanned.run();
            return super.secret();
          }
        },
        fixture.notices(em),
        new AuditTrail(em, fixture.clock),
        fixture.clock);
  }

  private WorkflowService workflows(EntityManager em) {
    return new WorkflowService(
        em,
        fixture.servers(em),
        new ResourceRegistrar(em, fixture.resources(em)),
        new RoleStore(em, fixture.notices(em)),
        fixture.projections(em),
        new BootstrappedDevices(em),
        new WorkflowClients(em, fixture.projections(em), fixture.notices(em)),
        new AuditTrail(em, fixture.clock),
        fixture.clock);
  }

  /** Clients that hold nothing. */
  private static final class NoCredentials extends CredentialRevocation {

    @SuppressWarnings("NullAway") // what it overrides needs nothing of this
    NoCredentials() {
      super(null, null, null);
    }

    @Override
    public void revoke(Collection<ClientEntity> clients, RevocationReason reason, Instant now) {
      assertThat(clients).isEmpty();
    }
  }
}
