package org.heliogate.authz.workflow;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/** Documents and contexts for the tests of this package. */
final class WorkflowSamples {

  static final WorkflowParser PARSER = new WorkflowParser();

  static final String STATE_ESTIMATION =
      """
      heliogate: 1
      workflow: state-estimation
      description: WAMS devices publish phasors, the estimator subscribes and stores its results
      roles:
        power-measurement-publisher:
          grants:
            - { resource-server: mqtt, resource: "wams/${device.id}/measurements", scopes: [publish] }
        power-measurement-subscriber:
          grants:
            - { resource-server: mqtt,  resource: "wams/+/measurements", scopes: [subscribe] }
            - { resource-server: mongo, resource: "estimation/results",  scopes: [read, write] }
      bootstrap:
        clients:
          - name: publisher
            role: power-measurement-publisher
            authentication: [client_otp]
        parameters:
          mqtt.topic: "wams/${device.id}/measurements"
          mqtt.broker: "${resourceServers.mqtt.uri}"
        return-pin: true
      """;

  /** A document with one role, one client and the resource and parameter given. */
  static String document(String resource, String parameter) {
    return """
    heliogate: 1
    workflow: w
    roles:
      r:
        grants:
          - { resource-server: mqtt, resource: %s, scopes: [publish] }
    bootstrap:
      clients:
        - { name: c, role: r, authentication: [client_otp] }
      parameters: { p: %s }
    """
        .formatted(quoted(resource), quoted(parameter));
  }

  static WorkflowDocument parse(String yaml) throws InvalidWorkflowException {
    return PARSER.parse(
        yaml.getBytes(StandardCharsets.UTF_8), null, Set.of("mqtt", "mongo")::contains);
  }

  static BootstrapContext device(String id, Map<String, String> attributes) {
    return new BootstrapContext(
        id,
        attributes,
        Map.of("publisher", "id-1", "c", "id-2"),
        Map.of("mqtt", URI.create("mqtts://broker.example:8883")));
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private WorkflowSamples() {}
}
