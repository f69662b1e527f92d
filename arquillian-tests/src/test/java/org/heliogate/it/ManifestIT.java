package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.Pems;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;

/** Loading makers' manifests: good lines are kept, each broken one is named. */
class ManifestIT {

  private final Instance instance = Instance.current();

  @Test
  void manifestWhenSomeLinesAreBrokenThenTheyAreReportedAndTheOthersKept() {
    TestDevice first = TestDevice.unknown(instance);
    TestDevice second = TestDevice.unknown(instance);
    TestDevice third = TestDevice.unknown(instance);
    String good = third.manifestLine(Map.of(), Workflows.COMMON);
    List<String> lines =
        List.of(
            first.manifestLine(Map.of(), Workflows.COMMON),
            "{\"master_id\": \"cut",
            good.replace(third.id(), "a/b"),
            good.replace("\"pin\"", "\"pim\""),
            good.replaceAll("\"public_key\":\"[^\"]*\"", "\"public_key\":\"no key\""),
            good.replace(third.id(), "x".repeat(65)),
            "[]",
            second.manifestLine(Map.of(), Workflows.COMMON));
    Reply reply = instance.admin().manifest(String.join("\n", lines) + "\n").expect(200);
    assertThat(reply.json().path("loaded").asInt()).as("%s", reply).isEqualTo(2);
    assertThat(reply.json().path("unchanged").asInt()).isZero();
    assertThat(reply.json().path("failed").asInt()).isEqualTo(6);
    TreeSet<Integer> numbers = new TreeSet<>();
    for (JsonNode error : reply.json().path("errors")) {
      numbers.add(error.path("line").asInt());
      assertThat(error.path("detail").asText())
          .isNotEmpty()
          .doesNotContain(third.pin(), "Exception", "com.fasterxml");
    }
    assertThat(numbers).containsExactly(2, 3, 4, 5, 6, 7);
    first.bootstrap().expect(200);
    second.bootstrap().expect(200);
    third.bootstrap().refused(401, "invalid_client");
  }

  @Test
  void manifestWhenLoadedAgainThenNothingChanges() {
    TestDevice device = TestDevice.loaded(instance);
    String line = device.manifestLine(Map.of(), Workflows.COMMON);
    Reply reply = instance.admin().manifest(line).expect(200);
    assertThat(counts(reply)).isEqualTo("0 1 0");
    device.bootstrapped().aat();
    assertThat(counts(instance.admin().manifest(line).expect(200))).isEqualTo("0 1 0");
    device.bootstrap().refused(403, "bootstrap_completed");
  }

  @Test
  void manifestWhenContentChangedThenRefused() {
    TestDevice device = TestDevice.loaded(instance);
    for (String changed :
        List.of(
            device.manifestLine(Map.of("site", "n-1"), Workflows.COMMON),
            device.manifestLine(Map.of()),
            device
                .manifestLine(Map.of(), Workflows.COMMON)
                .replace(device.pin(), Names.random(12)))) {
      Reply reply = instance.admin().manifest(changed).expect(200);
      assertThat(counts(reply)).as("%s", reply).isEqualTo("0 0 1");
      assertThat(reply.json().path("errors").path(0).path("line").asInt()).isEqualTo(1);
    }
    device.bootstrap().expect(200);
  }

  @Test
  void manifestWhenTheWorkflowIsUnknownThenRefused() {
    TestDevice device = TestDevice.unknown(instance);
    Reply reply =
        instance
            .admin()
            .manifest(device.manifestLine(Map.of(), Names.unique("no-workflow")))
            .expect(200);
    assertThat(counts(reply)).as("%s", reply).isEqualTo("0 0 1");
    device.bootstrap().refused(401, "invalid_client");
  }

  @Test
  void manifestWhenOneIdIsThereTwiceThenOnlyOneIsLoaded() {
    TestDevice device = TestDevice.unknown(instance);
    String line = device.manifestLine(Map.of(), Workflows.COMMON);
    Reply same = instance.admin().manifest(line + "\n" + line + "\n").expect(200);
    assertThat(counts(same)).as("%s", same).isEqualTo("1 1 0");
  }

  @Test
  void manifestWhenCsvThenLoaded() {
    TestDevice device = TestDevice.unknown(instance);
    String csv =
        "master_id,public_key,workflows\r\n%s,\"%s\",%s\r\n"
            .formatted(
                device.id(), Pems.publicKey(device.masterKey().getPublic()), Workflows.COMMON);
    Reply reply = instance.admin().send("POST", "devices", "text/csv", csv).expect(200);
    assertThat(counts(reply)).as("%s", reply).isEqualTo("1 0 0");
    device.bootstrap().expect(200);
  }

  @Test
  void manifestWhenOfAnotherMediaTypeThenRefused() {
    for (String type : List.of(Admin.JSON, Admin.YAML, "application/octet-stream")) {
      instance
          .admin()
          .send("POST", "devices", type, TestDevice.unknown(instance).manifestLine(Map.of()))
          .problem(415);
    }
  }

  private static String counts(Reply reply) {
    JsonNode json = reply.json();
    return json.path("loaded") + " " + json.path("unchanged") + " " + json.path("failed");
  }
}
