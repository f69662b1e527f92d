package org.heliogate.authz.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.policy.PolicyFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResourceServersTest {

  private final PolicyFixture fixture = new PolicyFixture();

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void registerWhenThePoolIsFreeThenRegistered() {
    assertThat(register("other", "elsewhere").id()).isEqualTo("other");
  }

  @Test
  void registerWhenAnotherServerHasThePoolThenRefused() {
    assertThatThrownBy(() -> register("other", PolicyFixture.SERVER))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNPROCESSABLE))
        .hasMessageContaining(PolicyFixture.SERVER);
    Optional<ResourceServer> made =
        fixture.database.inTransaction(em -> fixture.servers(em).find("other"));
    assertThat(made).isEmpty();
  }

  private ResourceServer register(String id, String pool) {
    return fixture.database.inTransaction(
        em ->
            fixture
                .servers(em)
                .register("admin", id, "mqtt", ResourceProxies.ROOT + pool, ApprovalPolicy.NONE));
  }
}
