package org.heliogate.authz.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.heliogate.authz.workflow.WorkflowSamples.STATE_ESTIMATION;
import static org.heliogate.authz.workflow.WorkflowSamples.device;
import static org.heliogate.authz.workflow.WorkflowSamples.document;
import static org.heliogate.authz.workflow.WorkflowSamples.parse;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.heliogate.authz.resource.ResourceName;
import org.heliogate.authz.workflow.WorkflowDifference.Access;
import org.junit.jupiter.api.Test;

class BootstrapScriptTest {

  @Test
  void planWhenDocumentIsTheExampleThenExpanded() throws Exception {
    BootstrapPlan plan =
        new BootstrapScript(parse(STATE_ESTIMATION), 2).plan(device("SE-000001", Map.of()));

    assertThat(plan)
        .isEqualTo(
            new BootstrapPlan(
                "state-estimation",
                2,
                "SE-000001",
                List.of(
                    new BootstrapPlan.PlannedClient(
                        "publisher",
                        "power-measurement-publisher",
                        List.of("client_otp"),
                        false,
                        List.of(
                            new ExpandedGrant(
                                "mqtt",
                                new ResourceName("wams/SE-000001/measurements"),
                                Set.of("publish"))))),
                Map.of(
                    "mqtt.topic", "wams/SE-000001/measurements",
                    "mqtt.broker", "mqtts://broker.example:8883"),
                true));
    assertThat(plan.parameters().keySet()).containsExactly("mqtt.topic", "mqtt.broker");
    assertThat(plan.roles()).containsExactly("power-measurement-publisher");
    assertThat(plan.client("publisher")).isPresent();
    assertThat(plan.client("other")).isEmpty();
  }

  @Test
  void planWhenThereIsOneClientThenParametersMayNameIt() throws Exception {
    BootstrapPlan plan =
        new BootstrapScript(parse(document("a/${client.id}", "${client.id}.${client.name}")), 1)
            .plan(device("d", Map.of()));

    assertThat(plan.parameters()).containsExactly(Map.entry("p", "id-2.c"));
    assertThat(plan.clients().get(0).grants().get(0).resource()).hasToString("a/id-2");
  }

  @Test
  void planWhenTwoTemplatesBecomeOneResourceThenScopesAreJoined() throws Exception {
    WorkflowDocument document =
        parse(
            """
            heliogate: 1
            workflow: w
            roles:
              r:
                grants:
                  - { resource-server: mqtt, resource: "a/${device.id}", scopes: [publish] }
                  - { resource-server: mqtt, resource: "a/d", scopes: [subscribe, publish] }
            bootstrap:
              clients: [{ name: c, role: r, authentication: [client_otp], aat: [bearer] }]
            """);
    BootstrapPlan plan = new BootstrapScript(document, 1).plan(device("d", Map.of()));

    assertThat(plan.clients().get(0).bearerAat()).isTrue();
    assertThat(plan.clients().get(0).grants()).hasSize(1);
    assertThat(plan.clients().get(0).grants().get(0).scopes())
        .containsExactly("publish", "subscribe");
  }

  @Test
  void planWhenAttributeIsMissingOrHostileThenSaysWhere() throws Exception {
    BootstrapScript grant =
        new BootstrapScript(parse(document("a/${device.attributes.site}", "p")), 1);
    BootstrapScript parameter =
        new BootstrapScript(parse(document("a", "${device.attributes.site}")), 1);

    assertThatExceptionOfType(ExpressionException.class)
        .isThrownBy(() -> grant.plan(device("d", Map.of())))
        .withMessage("client c, role r: device.attributes['site'] has no value here");
    assertThatExceptionOfType(ExpressionException.class)
        .isThrownBy(() -> parameter.plan(device("d", Map.of("site", "evil\n/+"))))
        .withMessageStartingWith("parameter p: the value of device.attributes['site'] does not")
        .withMessageNotContaining("evil");
    assertThatIllegalArgumentException().isThrownBy(() -> device("../x", Map.of()));
  }

  @Test
  void expandWhenClientIsAnApplicationThenOnlyDeviceTemplatesFail() throws Exception {
    WorkflowDocument document = parse(STATE_ESTIMATION);
    ExpressionVariables application =
        new ExpressionVariables(null, Map.of(), "app", "app", "state-estimation", 1, Map.of());

    assertThat(ExpandedGrant.expand(document.grants("power-measurement-subscriber"), application))
        .extracting(grant -> grant.resource().value())
        .containsExactly("wams/+/measurements", "estimation/results");
    assertThatExceptionOfType(ExpressionException.class)
        .isThrownBy(
            () -> ExpandedGrant.expand(document.grants("power-measurement-publisher"), application))
        .withMessage("device.id has no value here");
  }

  @Test
  void betweenWhenGrantsChangeThenPerDeviceAndServer() throws Exception {
    BootstrapScript before = new BootstrapScript(parse(STATE_ESTIMATION), 1);
    BootstrapScript after =
        new BootstrapScript(
            parse(
                STATE_ESTIMATION
                    .replace(
                        "wams/${device.id}/measurements\", scopes: [publish] }",
                        "wams/${device.attributes.site}/${device.id}\", scopes: [publish] }\n"
                            + "      - { resource-server: mongo, resource: \"db/${client.id}\","
                            + " scopes: [read] }")
                    .replace("name: publisher", "name: phasors")),
            2);

    var first =
        WorkflowDifference.between(before, after, device("d1", Map.of("site", "n"))).orElseThrow();
    assertThat(first.failure()).isNull();
    assertThat(first.server("mqtt").orElseThrow())
        .isEqualTo(
            new WorkflowDifference.ServerDifference(
                "mqtt",
                List.of(new Access("phasors", "wams/n/d1", "publish")),
                List.of(new Access("publisher", "wams/d1/measurements", "publish"))));
    assertThat(first.server("mongo").orElseThrow().added())
        .containsExactly(new Access("phasors", "db/NEW-CLIENT", "read"));
    var second = WorkflowDifference.between(before, after, device("d2", Map.of())).orElseThrow();
    assertThat(second.failure()).contains("device.attributes['site']");
    assertThat(second.servers()).isEmpty();
  }

  @Test
  void betweenWhenNothingOrEverythingChangesThenEmptyOrAll() throws Exception {
    BootstrapScript script = new BootstrapScript(parse(STATE_ESTIMATION), 1);
    BootstrapContext device = device("d1", Map.of());

    assertThat(
            WorkflowDifference.between(
                script, new BootstrapScript(parse(STATE_ESTIMATION), 2), device))
        .isEmpty();
    Access right = new Access("publisher", "wams/d1/measurements", "publish");
    var added = WorkflowDifference.between(null, script, device).orElseThrow();
    assertThat(added.server("mqtt").orElseThrow().added()).containsExactly(right);
    var removed = WorkflowDifference.between(script, null, device).orElseThrow();
    assertThat(removed.server("mqtt").orElseThrow().removed()).containsExactly(right);
  }
}
