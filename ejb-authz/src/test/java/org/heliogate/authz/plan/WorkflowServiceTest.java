package org.heliogate.authz.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.EntityManager;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.error.RequestException.Fault;
import org.heliogate.authz.grant.ResourceRegistrar;
import org.heliogate.authz.grant.RoleStore;
import org.heliogate.authz.policy.PolicyFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkflowServiceTest {

  private final PolicyFixture fixture = new PolicyFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void putWhenTheServerCannotReadAResourceThenUnprocessable() {
    for (String resource : new String[] {"wams/*/status", "wams/${device.id}*x"}) {
      assertThatThrownBy(() -> put("broker", resource))
          .isInstanceOfSatisfying(
              RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNPROCESSABLE))
          .extracting("faults", InstanceOfAssertFactories.list(Fault.class))
          .containsExactly(
              new Fault(
                  "/roles/writer/grants",
                  "the resource '" + resource + "' has a * before its end"));
    }
  }

  @Test
  void putWhenTheServerReadsEveryResourceThenInForce() {
    assertThat(put("broker", "wams/${device.attributes.site}/*").appliedVersion()).isEqualTo(1);
  }

  @Test
  void putWhenTheServerHasNoProxyThenNamesAreFree() {
    assertThat(put("album", "wams/*/status").appliedVersion()).isEqualTo(1);
  }

  private Workflow put(String server, String resource) {
    String yaml =
        """
        heliogate: 1
        workflow: w2
        roles:
          writer: { grants: [ { resource-server: %s, resource: "%s", scopes: [write] } ] }
        bootstrap:
          clients:
            - { name: publisher, role: writer, authentication: [client_otp] }
        """
            .formatted(server, resource);
    return fixture.database.inTransaction(
        em -> workflows(em).put("operator", "w2", yaml.getBytes(UTF_8), false, null));
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
}
