package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;

/** Loading workflow documents: every fault is named, and none has an effect. */
class WorkflowIT {

  private final Instance instance = Instance.current();
  private final String name = Names.unique("flow");

  @Test
  void documentWhenItHasFaultsThenEveryOneIsReported() {
    String yaml =
        """
        heliogate: 1
        workflow: %s
        surprise: true
        roles:
          writer:
            grants:
              - { resource-server: mqtt, resource: "$SYS/x", scopes: [publish] }
              - { resource-server: nowhere, resource: "a", scopes: [publish] }
              - { resource-server: mqtt, resource: "b/${device.getClass()}", scopes: [publish] }
            colour: red
        bootstrap:
          return-pin: true
          return-pin: false
          clients:
            - { name: one, role: nobody, authentication: [client_otp] }
        """
            .formatted(name);
    Reply reply = put(yaml);
    reply.problem(422);
    List<String> pointers = new ArrayList<>();
    for (JsonNode error : reply.json().path("errors")) {
      pointers.add(error.path("pointer").asText());
      assertThat(error.path("detail").asText()).isNotEmpty();
    }
    assertThat(pointers)
        .as("%s", reply)
        .anyMatch(pointer -> pointer.contains("surprise"))
        .anyMatch(pointer -> pointer.contains("grants/0"))
        .anyMatch(pointer -> pointer.contains("grants/1"))
        .anyMatch(pointer -> pointer.contains("grants/2"))
        .anyMatch(pointer -> pointer.contains("colour"))
        .anyMatch(pointer -> pointer.contains("return-pin"))
        .anyMatch(pointer -> pointer.contains("role"));
    instance.admin().get("workflows/" + name).problem(404);
  }

  @Test
  void documentWhenAnchorsExpandThenRefusedQuickly() {
    StringBuilder yaml = new StringBuilder("heliogate: 1\nworkflow: " + name + "\n");
    yaml.append("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      yaml.append("a%d: &a%d [".formatted(i, i));
      yaml.append(("*a" + (i - 1) + ", ").repeat(9)).append("*a").append(i - 1).append("]\n");
    }
    put(yaml.toString()).problem(422);
    put("&a [*a]").problem(422);
    put("a: ".repeat(1) + "[".repeat(5_000)).problem(422);
  }

  @Test
  void documentWhenNoYamlOrNoObjectThenRefused() {
    for (String yaml :
        List.of(
            "",
            "- a",
            "text",
            "a: b: c",
            "---\nheliogate: 1\n---\nheliogate: 1\n",
            "heliogate: !!javax.script.ScriptEngineManager []",
            "heliogate: 2\nworkflow: " + name + "\nroles: {}\n")) {
      put(yaml).problem(422);
    }
  }

  @Test
  void documentWhenItsNameIsNotTheUrlsThenRefused() {
    put(Workflows.publishing(name + "-x", "it/${device.id}/v", "client_otp")).problem(422);
  }

  @Test
  void documentWhenTooLargeThenRefused() {
    put(Workflows.publishing(name, "it/a", "client_otp") + "# " + Names.random(66_000))
        .problem(413);
  }

  @Test
  void documentWhenOfAnotherMediaTypeThenRefused() {
    String yaml = Workflows.publishing(name, "it/${device.id}/v", "client_otp");
    instance.admin().send("PUT", "workflows/" + name, Admin.JSON, yaml).problem(415);
    instance.admin().send("PUT", "workflows/" + name, "text/plain", yaml).problem(415);
  }

  @Test
  void documentWhenLoadedAgainThenNoNewVersion() {
    String yaml = Workflows.publishing(name, "it/${device.id}/v", "client_otp");
    put(yaml).expect(201);
    Reply again = put(yaml).expect(200);
    assertThat(again.json().path("latest_version").asInt()).isEqualTo(1);
    Reply changed = put(Workflows.publishing(name, "it/${device.id}/w", "client_otp")).expect(200);
    assertThat(changed.json().path("latest_version").asInt()).isEqualTo(2);
    assertThat(instance.admin().get("workflows/" + name + "/versions/1").expect(200).body())
        .contains("/v");
  }

  @Test
  void roleWhenAnotherWorkflowDefinesItOtherwiseThenConflict() {
    put(Workflows.publishing(name, "it/${device.id}/v", "client_otp")).expect(201);
    String other = Names.unique("flow");
    String yaml =
        Workflows.publishing(name, "it/${device.id}/other", "client_otp")
            .replace("workflow: " + name, "workflow: " + other);
    instance.admin().send("PUT", "workflows/" + other, Admin.YAML, yaml).problem(409);
    instance.admin().get("workflows/" + other).problem(404);
    String equal =
        Workflows.publishing(name, "it/${device.id}/v", "client_otp")
            .replace("workflow: " + name, "workflow: " + other);
    instance.admin().send("PUT", "workflows/" + other, Admin.YAML, equal).expect(201);
  }

  @Test
  void documentWhenTheStateWasChangedMeanwhileThenPreconditionFailed() {
    put(Workflows.publishing(name, "it/${device.id}/v", "client_otp")).expect(201);
    String tag = instance.admin().get("workflows/" + name).expect(200).header("ETag");
    assertThat(tag).startsWith("\"");
    String second = Workflows.publishing(name, "it/${device.id}/w", "client_otp");
    instance
        .admin()
        .send("PUT", "workflows/" + name, Admin.YAML, second, "If-Match", tag)
        .expect(200);
    String third = Workflows.publishing(name, "it/${device.id}/x", "client_otp");
    instance
        .admin()
        .send("PUT", "workflows/" + name, Admin.YAML, third, "If-Match", tag)
        .problem(412);
    instance
        .admin()
        .send("PUT", "workflows/" + name, Admin.YAML, third, "If-Match", "\"no-such\"")
        .problem(412);
  }

  @Test
  void changeWhenDevicesAreBootstrappedThenOnlyPlannedUntilApplied() {
    put(Workflows.publishing(name, "it/${device.id}/v", "client_otp")).expect(201);
    TestDevice device = TestDevice.loaded(instance, Map.of(), name);
    device.bootstrapped().aat();
    String changed = Workflows.publishing(name, "it/${device.id}/w", "client_otp");
    Reply plan =
        instance
            .admin()
            .send("POST", "workflows/" + name + "/plan", Admin.YAML, changed)
            .expect(200);
    assertThat(plan.body())
        .contains(device.id(), "it/" + device.id() + "/v", "it/" + device.id() + "/w");
    Reply stored = put(changed).expect(200);
    assertThat(stored.json().path("applied_version").asInt()).isEqualTo(1);
    Reply applied =
        instance
            .admin()
            .send("PUT", "workflows/" + name + "?apply=true", Admin.YAML, changed)
            .expect(200);
    assertThat(applied.json().path("applied_version").asInt()).isEqualTo(2);
  }

  @Test
  void schemaWhenReadThenIsAJsonSchema() {
    assertThat(instance.admin().get("workflows/schema").expect(200).json().has("$schema")).isTrue();
  }

  private Reply put(String yaml) {
    return instance.admin().send("PUT", "workflows/" + name, Admin.YAML, yaml);
  }
}
