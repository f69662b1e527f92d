package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.DeviceClient;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Issued;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.TestDevice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The inventory of certificates: search, export and a device's history. */
class CertificateInventoryIT {

  private final Instance instance = Instance.current();

  @Test
  void searchWhenByAnyPropertyThenFindsJustThose() {
    DeviceClient client = TestDevice.loaded(instance).bootstrapped();
    Issued first = client.uma().certificate();
    Issued second = client.uma().certificate();
    String device = "device=" + client.device().id();
    String until = second.certificate().getNotAfter().toInstant().toString();
    String later =
        second.certificate().getNotAfter().toInstant().plus(Duration.ofSeconds(1)).toString();
    instance.admin().post("certificates/" + serial(first) + "/hold", null).expect(200);

    assertThat(search(device)).containsExactly(serial(second), serial(first));
    assertThat(search("subject=CN%3D" + first.username()))
        .containsExactly(serial(second), serial(first));
    assertThat(search("subject=" + first.username() + "&status=held"))
        .containsExactly(serial(first));
    assertThat(search("serial=" + serial(second).substring(0, 20))).containsExactly(serial(second));
    assertThat(search("serial=" + serial(second).toUpperCase(java.util.Locale.ROOT)))
        .containsExactly(serial(second));
    assertThat(search("client_id=" + client.clientId() + "&profile=device-client")).hasSize(2);
    assertThat(search(device + "&profile=application-client")).isEmpty();
    assertThat(search(device + "&expires_after=" + until)).contains(serial(second));
    assertThat(search(device + "&expires_after=" + later)).doesNotContain(serial(second));
    assertThat(search(device + "&expires_before=" + later)).hasSize(2);
    String issuer = instance.admin().get("certificates/" + serial(first)).text("issuer_ski");
    assertThat(search(device + "&issuer=" + issuer)).hasSize(2);
    assertThat(search(device + "&issuer=aa")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status=good",
        "serial=xyz",
        "issuer=%2527",
        "expires_after=tomorrow",
        "expires_before=2027-01-01",
        "device=a&device=b"
      })
  void searchWhenMalformedThenRefused(String query) {
    instance.admin().get("certificates?" + query).problem(400);
  }

  @Test
  void exportWhenAskedForCsvThenTheSameAsTheList() {
    DeviceClient client = TestDevice.loaded(instance).bootstrapped();
    Issued first = client.uma().certificate();
    Issued second = client.uma().certificate();
    String query = "certificates?device=" + client.device().id();
    Reply reply = csv(query).expect(200);
    assertThat(reply.header("Content-Type")).startsWith("text/csv");
    List<String> lines = reply.body().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0))
        .startsWith("serial,issuer_ski,profile,username,client_id,device,status");
    assertThat(lines.get(1)).startsWith(serial(second) + ',').contains(",issued,");
    assertThat(lines.get(2)).startsWith(serial(first) + ',').contains(client.clientId());
    csv(query + "&limit=1").problem(400);
    instance.http().get(Admin.API + query, "Accept", "text/csv").problem(401);
    assertThat(csv("certificates").expect(200).body().lines().count()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void historyOfADeviceThenEachCertificateWithWhatWasDoneToIt() {
    DeviceClient client = TestDevice.loaded(instance).bootstrapped();
    Issued first = client.uma().certificate();
    Issued second = client.uma().certificate();
    String serial = "certificates/" + serial(first);
    instance.admin().post(serial + "/hold", null).expect(200);
    instance.admin().post(serial + "/release", null).expect(200);
    instance.admin().post(serial + "/revoke", "{\"reason\":\"superseded\"}").expect(200);

    List<JsonNode> history =
        instance.admin().list("devices/" + client.device().id() + "/certificates");
    assertThat(history).hasSize(2);
    assertThat(history.get(0).path("serial").asText()).isEqualTo(serial(second));
    assertThat(actions(history.get(0))).containsExactly("certificate.issue");
    assertThat(history.get(1).path("status").asText()).isEqualTo("revoked");
    assertThat(actions(history.get(1)))
        .containsExactly(
            "certificate.issue", "certificate.hold", "certificate.release", "certificate.revoke");
    instance.admin().get("devices/nobody/certificates").problem(404);
  }

  private static List<String> actions(JsonNode certificate) {
    List<String> actions = new ArrayList<>();
    certificate.path("events").forEach(event -> actions.add(event.path("action").asText()));
    return actions;
  }

  private Reply csv(String path) {
    return instance
        .http()
        .send(
            HttpRequest.newBuilder(instance.http().to(Admin.API + path).build().uri())
                .header("Authorization", "Bearer " + instance.admin().token())
                .header("Accept", "text/csv")
                .GET()
                .build());
  }

  private List<String> search(String query) {
    return instance.admin().list("certificates?" + query).stream()
        .map(item -> item.path("serial").asText())
        .toList();
  }

  private static String serial(Issued issued) {
    return issued.certificate().getSerialNumber().toString(16);
  }
}
