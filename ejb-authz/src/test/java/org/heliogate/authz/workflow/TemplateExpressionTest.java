package org.heliogate.authz.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.authz.resource.ResourceName;
import org.heliogate.authz.workflow.TemplateExpression.Use;
import org.heliogate.fuzz.Cases;
import org.heliogate.fuzz.Chance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateExpressionTest {

  private static final ExpressionVariables VARIABLES = variables("SE-000001", "north");

  private static ExpressionVariables variables(String deviceId, String site) {
    return new ExpressionVariables(
        deviceId,
        Map.of("site", site, "site-id", "n-1", "9", "nine", "empty", "e", "a.b", "dotted"),
        "client-7",
        "publisher",
        "state-estimation",
        3,
        Map.of(
            "mqtt", URI.create("mqtts://broker.example:8883"),
            "mqtt-2", URI.create("mqtts://second.example:8883")));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "wams/${device.id}/measurements,wams/SE-000001/measurements",
        "wams/+/x/#,wams/+/x/#",
        "${device.attributes.site}/x,north/x",
        "${device.attributes['site-id']}/x,n-1/x",
        "${device.attributes[\"site-id\"]}/x,n-1/x",
        "${device.attributes['9']}/x,nine/x",
        "${device.attributes['empty']}/x,e/x",
        "${device.attributes['a.b']}/x,dotted/x",
        "${client.id}/${client.name},client-7/publisher",
        "${workflow.name}/v${workflow.version},state-estimation/v3",
        "${ device.id }${device.id},SE-000001SE-000001",
        "a}b{c#d,a}b{c#d"
      })
  void expandWhenVariablesAreKnownThenSubstituted(String template, String expected)
      throws Exception {
    assertThat(TemplateExpression.parse(template, Use.RESOURCE).expand(VARIABLES))
        .isEqualTo(expected);
  }

  @Test
  void expandWhenUriIsInAParameterThenSubstituted() throws Exception {
    TemplateExpression template =
        TemplateExpression.parse(
            "${resourceServers.mqtt.uri} ${resourceServers['mqtt-2'].uri}", Use.PARAMETER);

    assertThat(template.expand(VARIABLES))
        .isEqualTo("mqtts://broker.example:8883 mqtts://second.example:8883");
    assertThat(template.variables())
        .containsExactly("resourceServers['mqtt'].uri", "resourceServers['mqtt-2'].uri");
  }

  @Test
  void parseWhenUriIsInAResourceThenRefused() {
    assertThatExceptionOfType(ExpressionException.class)
        .isThrownBy(() -> TemplateExpression.parse("${resourceServers.mqtt.uri}", Use.RESOURCE))
        .withMessageContaining("parameters only");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${}",
        "${ }",
        "${device}",
        "${device.secret}",
        "${device.attributes}",
        "${device.attributes.}",
        "${device.attributes.site-id}",
        "${device.attributes.9}",
        "${device.attributes.empty}",
        "${device.attributes.site.length()}",
        "${device.attributes[site]}",
        "${device.attributes['a' += 'b']}",
        "${device.attributes['a\\'b']}",
        "${device['id']}",
        "${device.id.class}",
        "${device.class.forName('java.lang.Runtime')}",
        "${''.getClass().forName('java.lang.Runtime').getMethods()[6].invoke(null)}",
        "${Runtime.getRuntime()}",
        "${pageContext}",
        "${x -> x}",
        "${(x -> x)(1)}",
        "${1+1}",
        "${'literal'}",
        "${true}",
        "${null}",
        "${device.id + 1}",
        "${device.id; 1}",
        "${device.id = 'x'}",
        "${empty device.id}",
        "${device.id ? 'a' : 'b'}",
        "${${device.id}}",
        "#{device.id}",
        "a/#{device.id}",
        "$${device.id}",
        "\\${device.id}",
        "$device.id",
        "a$",
        "a$$b",
        "${device.id",
        "${device .id}",
        "${device.id\u0000}",
        "${resourceServers.MQTT.uri}",
        "${resourceServers.mqtt}",
        "${resourceServers.mqtt.uri.host}",
        "${fn:length(device.id)}",
        "${client.secret}"
      })
  void parseWhenExpressionIsNoPlainPathThenRefusedBeforeEl(String template) {
    assertThatExceptionOfType(ExpressionException.class)
        .isThrownBy(() -> TemplateExpression.parse(template, Use.PARAMETER))
        .withMessageStartingWith("at character ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u0007b", "a\u0000b", "\ud83d", "\ude00\ud83d"})
  void parseWhenAParameterHasHalfACharacterOrAControlThenRefused(String template) {
    assertThatExceptionOfType(ExpressionException.class)
        .isThrownBy(() -> TemplateExpression.parse(template, Use.PARAMETER))
        .withMessageStartingWith("the parameter has a control character");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+",
        "#",
        "/",
        "..",
        ".",
        "",
        "a/b",
        "../x",
        "a+",
        "a#",
        "*",
        "é",
        "a\nb",
        "a\u0000",
        "a b",
        "${device.id}",
        "#{x}",
        "$SYS",
        "a\u202eb",
        "ａ",
        "a\ud800",
        "A123456789012345678901234567890123456789012345678901234567890123X"
      })
  void expandWhenValueIsHostileThenMessageNamesTheVariableOnly(String hostile) throws Exception {
    for (Use use : List.of(Use.RESOURCE, Use.PARAMETER)) {
      TemplateExpression id = TemplateExpression.parse("wams/${device.id}/x", use);
      TemplateExpression site = TemplateExpression.parse("wams/${device.attributes.site}/x", use);

      assertThatExceptionOfType(ExpressionException.class)
          .isThrownBy(() -> id.expand(variables(hostile, "ok")))
          .withMessage("the value of device.id does not match " + NameSyntax.IDENTIFIER.pattern());
      assertThatExceptionOfType(ExpressionException.class)
          .isThrownBy(() -> site.expand(variables("ok", hostile)))
          .withMessage(
              "the value of device.attributes['site'] does not match "
                  + NameSyntax.IDENTIFIER.pattern());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "${device.id}/x,admin",
    "${device.id}/x,config",
    "${device.id}/*,local",
    "db/${device.id},system.users",
    "${device.id},system.users",
    "db/system${device.id},-x.y",
    "adm${device.id}/x,in"
  })
  void expandWhenResultIsAReservedResourceThenRefused(String template, String deviceId)
      throws Exception {
    TemplateExpression expression = TemplateExpression.parse(template, Use.RESOURCE);
    if (deviceId.startsWith("-")) {
      assertThat(expression.expand(variables(deviceId, "ok"))).isEqualTo("db/system-x.y");
      return;
    }
    assertThatExceptionOfType(ExpressionException.class)
        .isThrownBy(() -> expression.expand(variables(deviceId, "ok")))
        .withMessageContaining("refused");
  }

  @Test
  void expandWhenVariableHasNoValueThenNamed() throws Exception {
    ExpressionVariables application =
        new ExpressionVariables(null, Map.of(), null, null, "w", 1, Map.of());

    for (String variable :
        new String[] {
          "device.id",
          "device.attributes['site']",
          "client.id",
          "client.name",
          "resourceServers['mqtt'].uri"
        }) {
      TemplateExpression template = TemplateExpression.parse("${" + variable + "}", Use.PARAMETER);
      assertThatThrownBy(() -> template.expand(application))
          .isInstanceOf(ExpressionException.class)
          .hasMessage(variable + " has no value here");
    }
  }

  @Test
  void expandWhenResultIsTooLongThenRefused() throws Exception {
    TemplateExpression template =
        TemplateExpression.parse("a".repeat(1000) + "${device.id}", Use.RESOURCE);

    assertThat(template.expand(variables("x".repeat(24), "ok"))).hasSize(1024);
    assertThatExceptionOfType(ExpressionException.class)
        .isThrownBy(() -> template.expand(variables("x".repeat(25), "ok")));
    assertThatExceptionOfType(ExpressionException.class)
        .isThrownBy(() -> TemplateExpression.parse("${device.id}".repeat(33), Use.RESOURCE));
  }

  @Test
  void expandWhenManyThreadsUseOneTemplateThenEachGetsItsOwnValue() throws Exception {
    TemplateExpression template =
        TemplateExpression.parse("wams/${device.id}/${device.attributes.site}", Use.RESOURCE);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      var results =
          threads.invokeAll(
              IntStream.range(0, 2_000)
                  .<Callable<Boolean>>mapToObj(
                      i ->
                          () ->
                              template
                                  .expand(variables("d" + i, "s" + i))
                                  .equals("wams/d" + i + "/s" + i))
                  .toList());
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void expandWhenInputIsRandomThenOnlyTheDeclaredExceptionAndNoWiderName() {
    String alphabet = "${}#\\'\"[]().+/*- device.idattributesclient_\u00e9\n";
    Cases.each(
        chance -> {
          String template = random(chance, alphabet, 24) + (chance.oneIn(2) ? "/${device.id}" : "");
          String value = random(chance, "ab.-_/+#*$\u00e9\n", 6);
          try {
            TemplateExpression expression = TemplateExpression.parse(template, Use.RESOURCE);
            String expanded = expression.expand(variables(value, value));
            assertThat(ResourceName.refusal(expanded)).isEmpty();
            assertThat(levels(expanded))
                .isEqualTo(levels(template.replaceAll("\\$\\{[^}]*}", "x")));
          } catch (ExpressionException e) {
            assertThat(e.getMessage()).isNotBlank();
          }
        });
  }

  private static long levels(String name) {
    return name.chars().filter(c -> c == '/' || c == '+' || c == '#' || c == '*').count();
  }

  private static String random(Chance chance, String alphabet, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = chance.below(length); i >= 0; i--) {
      text.append(
          chance.oneIn(6)
              ? "${device.id}"
              : String.valueOf(alphabet.charAt(chance.below(alphabet.length()))));
    }
    return text.toString();
  }
}
