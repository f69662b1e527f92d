package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.AlbumServer;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.DeviceClient;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Uma;
import org.junit.jupiter.api.Test;

/**
 * What was taken away is refused by the endpoints and in introspection as soon as the answer to its
 * removal is there, by the node that gave it. Others hear of it by their next look, see {@code
 * ChangeNoticesTest}.
 */
class RevocationLatencyIT {

  private final Instance instance = Instance.current();
  private final AlbumServer server = AlbumServer.on(instance);
  private final Application application =
      instance.admin().createApplication(server.role(), "client_secret_basic");
  private final String aat =
      application.token("uma_authorization").expect(200).text("access_token");
  private final Uma uma = new Uma(instance, (method, path, body) -> "Bearer " + aat);

  @Test
  void clientWhenDeletedThenItsTokensAreRefused() {
    String rpt = goodRpt();
    instance
        .admin()
        .send("DELETE", "clients/" + application.clientId(), Admin.JSON, null)
        .expect(204);
    refused("client deleted", () -> !aatWorks() && !server.active(rpt) && !server.active(aat));
  }

  @Test
  void clientWhenItsTokensAreRevokedThenTheyAreRefusedAndNewOnesAreNot() {
    String rpt = goodRpt();
    instance.admin().post("clients/" + application.clientId() + "/revoke-tokens", null).expect(200);
    refused("tokens revoked", () -> !aatWorks() && !server.active(rpt) && !server.active(aat));
    assertThat(server.active(server.rpt(application.uma()))).isTrue();
  }

  @Test
  void tokenWhenRevokedThenItAloneIsRefused() {
    String rpt = goodRpt();
    String other = server.rpt(uma);
    revoke(rpt);
    refused("RPT revoked", () -> !server.active(rpt));
    assertThat(server.active(other)).isTrue();
    revoke(aat);
    refused("AAT revoked", () -> !aatWorks() && !server.active(aat));
  }

  @Test
  void roleWhenItGivesNothingAnyMoreThenTokensByItAreRefused() {
    String rpt = goodRpt();
    server.grant("edit");
    refused("role changed", () -> !server.active(rpt));
    uma.redeem(server.ticket(), Map.of()).refused(403, "request_denied");
    server.grant("view");
    assertThat(server.active(rpt)).as("the right is back").isTrue();
  }

  @Test
  void deviceWhenSuspendedThenItsTokensAreRefusedUntilItResumes() {
    TestDevice device = TestDevice.loaded(instance, Map.of(), server.workflow());
    DeviceClient client = device.bootstrapped();
    Uma reader = client.uma();
    String rpt = server.rpt(reader);
    assertThat(server.active(rpt)).isTrue();
    String ticket = server.ticket();
    instance.admin().act(device.id(), "suspend");
    refused("device suspended", () -> !server.active(rpt));
    reader.redeem(ticket, Map.of()).refused(401, "invalid_token");
  }

  private String goodRpt() {
    String rpt = server.rpt(uma);
    assertThat(server.active(rpt)).isTrue();
    assertThat(server.active(aat)).isTrue();
    assertThat(aatWorks()).isTrue();
    return rpt;
  }

  /** The AAT at an endpoint: a bad ticket is a client's fault, a bad token is not looked past. */
  private boolean aatWorks() {
    int status = uma.redeem("no-ticket", Map.of()).status();
    assertThat(status).isIn(400, 401);
    return status == 400;
  }

  private void revoke(String token) {
    instance
        .http()
        .form(
            "/oauth/revoke",
            Map.of("token", token),
            "Authorization",
            Admin.basic(application.clientId(), application.secret()))
        .expect(200);
  }

  /** This node has heard of it before it answered; nothing is waited for. */
  private static void refused(String what, BooleanSupplier refused) {
    long start = System.nanoTime();
    assertThat(refused.getAsBoolean()).as(what).isTrue();
    System.out.printf(
        "%s: seen to be refused %d ms after the answer%n",
        what, Duration.ofNanos(System.nanoTime() - start).toMillis());
  }
}
