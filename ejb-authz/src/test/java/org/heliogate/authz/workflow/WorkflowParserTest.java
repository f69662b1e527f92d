package org.heliogate.authz.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.heliogate.authz.workflow.WorkflowSamples.PARSER;
import static org.heliogate.authz.workflow.WorkflowSamples.STATE_ESTIMATION;
import static org.heliogate.authz.workflow.WorkflowSamples.parse;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.heliogate.authz.workflow.InvalidWorkflowException.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkflowParserTest {

  @Test
  void parseWhenDocumentIsTheExampleThenModel() throws Exception {
    WorkflowDocument document =
        PARSER.parse(
            STATE_ESTIMATION.getBytes(StandardCharsets.UTF_8),
            "state-estimation",
            Set.of("mqtt", "mongo")::contains);

    assertThat(document.name()).isEqualTo("state-estimation");
    assertThat(document.description()).startsWith("WAMS devices publish");
    assertThat(document.roles().keySet())
        .containsExactly("power-measurement-publisher", "power-measurement-subscriber");
    RoleGrant stores = document.grants("power-measurement-subscriber").get(1);
    assertThat(stores.resourceServer()).isEqualTo("mongo");
    assertThat(stores.resource().text()).isEqualTo("estimation/results");
    assertThat(stores.scopes()).containsExactly("read", "write");
    assertThat(document.bootstrap().clients())
        .containsExactly(
            new WorkflowDocument.BootstrapClient(
                "publisher", "power-measurement-publisher", List.of("client_otp"), false));
    assertThat(document.bootstrap().parameters().keySet())
        .containsExactly("mqtt.topic", "mqtt.broker");
    assertThat(document.bootstrap().returnPin()).isTrue();
    assertThat(document.resourceServers()).containsExactly("mqtt", "mongo");
  }

  @Test
  void parseWhenThereIsNoBootstrapThenNothingBecomesOfDevices() throws Exception {
    WorkflowDocument document = parse("{heliogate: 1, workflow: w, roles: {r: {grants: []}}}");

    assertThat(document.bootstrap()).isEqualTo(WorkflowDocument.Bootstrap.NONE);
    assertThat(document.description()).isEmpty();
  }

  @Test
  void parseWhenTextIsJsonThenSameDocument() throws Exception {
    String json = "{\"heliogate\": 1, \"workflow\": \"w\", \"roles\": {\"r\": {\"grants\": []}}}";

    assertThat(parse(json)).isEqualTo(parse("heliogate: 1\nworkflow: w\nroles: {r: {grants: []}}"));
  }

  @Test
  void digestWhenOnlyLayoutAndOrderOfSetsChangeThenEqual() throws Exception {
    String reordered =
        """
        # a comment
        workflow: "state-estimation"
        heliogate: 1
        description: WAMS devices publish phasors, the estimator subscribes and stores its results
        bootstrap:
          return-pin: true
          clients: [{authentication: [client_otp], role: power-measurement-publisher, name: publisher}]
          parameters:
            mqtt.topic: 'wams/${device.id}/measurements'
            mqtt.broker: ${resourceServers.mqtt.uri}
        roles:
          power-measurement-subscriber:
            grants:
              - { resource-server: mongo, resource: "estimation/results",  scopes: [write, read] }
              - { resource-server: mqtt,  resource: "wams/+/measurements", scopes: [subscribe] }
          power-measurement-publisher:
            grants:
              - { resource-server: mqtt, resource: "wams/${device.id}/measurements", scopes: [publish] }
        """;
    WorkflowDocument one = parse(STATE_ESTIMATION);
    WorkflowDocument other = parse(reordered);

    assertThat(other.canonicalForm()).isEqualTo(one.canonicalForm());
    assertThat(other.digest()).isEqualTo(one.digest()).matches("[0-9a-f]{64}");
    assertThat(other.roleDigest("power-measurement-subscriber"))
        .isEqualTo(one.roleDigest("power-measurement-subscriber"));
  }

  @ParameterizedTest
  @CsvSource({
    "return-pin: true,return-pin: false",
    "[client_otp],[client_secret_basic]",
    "subscribes and,subscribes or",
    "'[read, write]',[read]",
    "mqtt.topic,mqtt.theme"
  })
  void digestWhenContentChangesThenDifferent(String from, String to) throws Exception {
    String changed = STATE_ESTIMATION.replace(from, to);

    assertThat(changed).isNotEqualTo(STATE_ESTIMATION);
    assertThat(parse(changed).digest()).isNotEqualTo(parse(STATE_ESTIMATION).digest());
  }

  @Test
  void parseWhenThereAreManyFaultsThenAllAreNamedInOrder() {
    List<Fault> faults =
        faults(
            """
            heliogate: 2
            workflow: Bad Name
            roles:
              reader:
                grants:
                  - { resource-server: nowhere, resource: "$SYS/#", scopes: [] }
                  - { resource-server: mqtt, resource: "a/${device.secret}", scopes: ["a b"], foo: 1 }
              Writer: { grants: [] }
            bootstrap:
              clients:
                - { name: c, role: missing, authentication: [self_signed_tls_client_auth] }
                - { name: c, role: reader, authentication: [client_secret_basic], aat: [bearer] }
              parameters: { topic: "${client.id}", n: 3 }
              return-pin: no
            """);

    assertThat(faults)
        .extracting(Fault::path)
        .containsExactly(
            "/heliogate",
            "/workflow",
            "/roles/reader/grants/0/resource-server",
            "/roles/reader/grants/0/resource",
            "/roles/reader/grants/0/scopes",
            "/roles/reader/grants/1/resource",
            "/roles/reader/grants/1/scopes/0",
            "/roles/reader/grants/1/foo",
            "/roles/Writer",
            "/bootstrap/clients/0/role",
            "/bootstrap/clients/0/authentication/0",
            "/bootstrap/clients/1/name",
            "/bootstrap/clients/1/aat",
            "/bootstrap/parameters/topic",
            "/bootstrap/parameters/n",
            "/bootstrap/return-pin");
    assertThat(faults).allSatisfy(fault -> assertThat(fault.line()).isNotNull());
    assertThat(faults.get(2).line()).isEqualTo(6);
    assertThat(faults.get(10).reason()).contains("client_otp", "private_key_jwt");
    assertThat(faults.get(5).reason()).contains("device.secret");
  }

  @Test
  void parseWhenAClientHasACertificateAloneThenFault() throws Exception {
    String certificateOnly = STATE_ESTIMATION.replace("[client_otp]", "[tls_client_auth]");
    assertThat(faults(certificateOnly))
        .extracting(Fault::path)
        .containsExactly("/bootstrap/clients/0/authentication");
    assertThat(parse(STATE_ESTIMATION.replace("[client_otp]", "[client_otp, tls_client_auth]")))
        .isNotNull();
    assertThat(parse(STATE_ESTIMATION.replace("[client_otp]", "[private_key_jwt]"))).isNotNull();
  }

  @Test
  void parseWhenNameIsNotTheExpectedThenFault() {
    InvalidWorkflowException thrown =
        catchThrowableOfType(
            InvalidWorkflowException.class,
            () ->
                PARSER.parse(
                    STATE_ESTIMATION.getBytes(StandardCharsets.UTF_8), "other", id -> true));

    assertThat(thrown.faults()).extracting(Fault::path).containsExactly("/workflow");
    assertThat(thrown).hasMessageContaining("/workflow (line 2, column 11): the name is not");
  }

  @Test
  void parseWhenParameterUsesUnknownResourceServerThenFault() {
    assertThat(faults(WorkflowSamples.document("a", "${resourceServers.xmpp.uri}")))
        .extracting(Fault::path, Fault::reason)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "/bootstrap/parameters/p", "there is no resource server xmpp"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"admin/x", "local/x", "config/x", "db/system.users", "$share/g/t", "${x}", "a$b"})
  void parseWhenResourceIsRefusedThenFault(String resource) {
    assertThat(faults(WorkflowSamples.document(resource, "p")))
        .extracting(Fault::path)
        .containsExactly("/roles/r/grants/0/resource");
  }

  @Test
  void parseWhenTwoGrantsHaveOneResourceThenFault() {
    String twice =
        """
        heliogate: 1
        workflow: w
        roles:
          r:
            grants:
              - { resource-server: mqtt, resource: a, scopes: [publish] }
              - { resource-server: mqtt, resource: a, scopes: [subscribe] }
        """;
    assertThat(faults(twice)).extracting(Fault::path).containsExactly("/roles/r/grants/1");
  }

  @Test
  void schemaWhenPublishedThenEveryObjectIsClosed() throws Exception {
    var schema = new com.fasterxml.jackson.databind.ObjectMapper().readTree(PARSER.schema());

    assertThat(schema.findParents("additionalProperties")).hasSameSizeAs(objects(schema));
    assertThat(schema.findValues("additionalProperties"))
        .allSatisfy(value -> assertThat(value.isBoolean() && !value.booleanValue()).isTrue());
  }

  private static List<Object> objects(com.fasterxml.jackson.databind.JsonNode schema) {
    return schema.findParents("type").stream()
        .filter(node -> "object".equals(node.path("type").asText()))
        .map(Object.class::cast)
        .toList();
  }

  private static List<Fault> faults(String yaml) {
    InvalidWorkflowException thrown =
        catchThrowableOfType(InvalidWorkflowException.class, () -> parse(yaml));
    assertThat(thrown).isNotNull();
    return thrown.faults();
  }
}
