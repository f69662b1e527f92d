package org.heliogate.authz.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.EntityManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.device.jpa.DeviceEntity;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.authz.workflow.BootstrapContext;
import org.heliogate.authz.workflow.BootstrapScript;
import org.heliogate.authz.workflow.InvalidWorkflowException;
import org.heliogate.authz.workflow.WorkflowDifference;
import org.heliogate.authz.workflow.WorkflowDifference.DeviceDifference;
import org.heliogate.authz.workflow.WorkflowParser;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FleetDifferencesTest {

  private static final int DEVICES = 2 * BootstrappedDevices.PAGE + 50;
  private static final BootstrapScript BEFORE = script(1, "a/${client.id}", "site/x");
  private static final BootstrapScript AFTER =
      script(2, "b/${client.id}", "site/${device.attributes.site}");

  private final MutableClock clock = new MutableClock();
  private final TestDatabase database = TestDatabase.create();
  private final List<Integer> pages = new ArrayList<>();

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void nextWhenTheFleetIsLongerThanAPageThenEachDeviceOnceInOrder() {
    List<DeviceDifference> expected = new ArrayList<>();
    for (int i = 0; i < DEVICES; i++) {
      BootstrapContext device = device(i);
      bootstrapped(device);
      WorkflowDifference.between(BEFORE, AFTER, device).ifPresent(expected::add);
      loaded("SE-%06d-other".formatted(i), Map.of());
    }
    assertThat(expected).hasSize(DEVICES);
    assertThat(expected.get(7).failure()).isNotNull();

    long statements = database.statements();
    assertThat(all(BEFORE, AFTER)).isEqualTo(expected);
    assertThat(pages).containsExactly(BootstrappedDevices.PAGE, BootstrappedDevices.PAGE, 50);
    assertThat(database.statements() - statements).isEqualTo(2L * pages.size());
  }

  @Test
  void nextWhenNothingChangesThenNoDeviceAndNoMoreThanAPageAtOnce() {
    for (int i = 0; i < 2 * BootstrappedDevices.PAGE; i++) {
      bootstrapped(device(i));
    }
    FleetDifferences differences = new FleetDifferences(BEFORE, script(2, BEFORE), this::page);
    assertThat(pages).containsExactly(BootstrappedDevices.PAGE);
    assertThat(differences.hasNext()).isFalse();
    assertThat(pages).containsExactly(BootstrappedDevices.PAGE, BootstrappedDevices.PAGE, 0);
    assertThatThrownBy(differences::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void nextWhenNoneIsInForceThenAllIsAddedToTheClientsThatThereAre() {
    bootstrapped(device(1));
    assertThat(all(null, AFTER))
        .singleElement()
        .satisfies(
            device ->
                assertThat(device.server("mqtt").orElseThrow().added())
                    .extracting(WorkflowDifference.Access::resource)
                    .containsExactly("b/c-000001", "site/s1", "b/NEW-CLIENT", "site/s1"));
  }

  private List<DeviceDifference> all(@Nullable BootstrapScript before, BootstrapScript after) {
    List<DeviceDifference> found = new ArrayList<>();
    new FleetDifferences(before, after, this::page).forEachRemaining(found::add);
    return found;
  }

  /** A page in a transaction of its own, as the container reads it. */
  private List<BootstrapContext> page(String after) {
    return database.inTransaction(
        em -> {
          List<BootstrapContext> page = new BootstrappedDevices(em).page("w", after, Map.of());
          assertThat(em.unwrap(Session.class).getStatistics().getEntityCount()).isZero();
          pages.add(page.size());
          return page;
        });
  }

  /** Every tenth has no site. */
  private static BootstrapContext device(int number) {
    return new BootstrapContext(
        "SE-%06d".formatted(number),
        number % 10 == 7 ? Map.of() : Map.of("site", "s" + number),
        Map.of("publisher", "c-%06d".formatted(number)),
        Map.of());
  }

  private void loaded(String masterId, Map<String, String> attributes) {
    database.runInTransaction(em -> persist(em, masterId, attributes));
  }

  private void bootstrapped(BootstrapContext device) {
    database.runInTransaction(
        em -> {
          persist(em, device.deviceId(), device.attributes());
          em.flush();
          device
              .clientIds()
              .forEach(
                  (name, id) -> {
                    client(em, id, name, device.deviceId(), "w");
                    client(em, "x" + id, name, device.deviceId(), "another");
                  });
        });
  }

  private void persist(EntityManager em, String masterId, Map<String, String> attributes) {
    em.persist(
        new DeviceEntity(
            masterId, "AAAA", null, null, attributes, List.of(), "hash", clock.instant()));
  }

  private void client(EntityManager em, String id, String name, String masterId, String workflow) {
    ClientEntity client =
        new ClientEntity(id, "hg-" + id, name, ClientKind.DEVICE, clock.instant());
    client.setOrigin(masterId, workflow);
    em.persist(client);
  }

  private static BootstrapScript script(int version, BootstrapScript same) {
    return new BootstrapScript(same.document(), version);
  }

  private static BootstrapScript script(int version, String first, String second) {
    String yaml =
        """
        heliogate: 1
        workflow: w
        roles:
          writer:
            grants:
              - { resource-server: mqtt, resource: "%s", scopes: [publish] }
              - { resource-server: mqtt, resource: "%s", scopes: [publish] }
        bootstrap:
          clients:
            - { name: publisher, role: writer, authentication: [client_otp] }
            - { name: reporter, role: writer, authentication: [client_otp] }
        """
            .formatted(first, second);
    try {
      return new BootstrapScript(
          new WorkflowParser().parse(yaml.getBytes(UTF_8), "w", id -> true), version);
    } catch (InvalidWorkflowException e) {
      throw new AssertionError(e);
    }
  }
}
