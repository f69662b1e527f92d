package org.heliogate.authz.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.authz.workflow.TemplateExpression.Use;
import org.jspecify.annotations.Nullable;

/**
 * What must hold beyond the schema. It looks at any tree, also one that the schema refused, and
 * passes over what has not the expected shape, so that an operator sees every fault at once.
 */
final class WorkflowRules {

  private final JsonNode document;
  private final Predicate<String> resourceServerExists;
  private final DocumentFaults faults;

  WorkflowRules(JsonNode document, Predicate<String> resourceServerExists, DocumentFaults faults) {
    this.document = document;
    this.resourceServerExists = resourceServerExists;
    this.faults = faults;
  }

  void check(@Nullable String expectedName) {
    JsonNode name = document.path("workflow");
    if (expectedName != null && name.isTextual() && !name.textValue().equals(expectedName)) {
      faults.add("/workflow", "the name is not that of the URL, " + expectedName);
    }
    for (Map.Entry<String, JsonNode> role : document.path("roles").properties()) {
      String pointer =
          DocumentFaults.child(DocumentFaults.child("/roles", role.getKey()), "grants");
      grants(role.getValue().path("grants"), pointer);
    }
    JsonNode bootstrap = document.path("bootstrap");
    clients(bootstrap.path("clients"));
    parameters(bootstrap.path("parameters"), bootstrap.path("clients").size());
  }

  private void grants(JsonNode grants, String pointer) {
    if (!grants.isArray()) {
      return;
    }
    Set<String> targets = new HashSet<>();
    for (int i = 0; i < grants.size(); i++) {
      JsonNode server = grants.get(i).path("resource-server");
      JsonNode resource = grants.get(i).path("resource");
      String grant = DocumentFaults.child(pointer, i);
      if (server.isTextual()) {
        resourceServer(server.textValue(), DocumentFaults.child(grant, "resource-server"));
      }
      if (resource.isTextual() && !resource.textValue().isEmpty()) {
        template(resource.textValue(), Use.RESOURCE, DocumentFaults.child(grant, "resource"));
      }
      if (server.isTextual()
          && resource.isTextual()
          && !targets.add(server.textValue() + " " + resource.textValue())) {
        faults.add(grant, "the role already has a grant for this resource; join their scopes");
      }
    }
  }

  private void clients(JsonNode clients) {
    if (!clients.isArray()) {
      return;
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < clients.size(); i++) {
      JsonNode client = clients.get(i);
      String pointer = DocumentFaults.child("/bootstrap/clients", i);
      JsonNode name = client.path("name");
      if (name.isTextual() && !names.add(name.textValue())) {
        faults.add(DocumentFaults.child(pointer, "name"), "another client has the same name");
      }
      JsonNode role = client.path("role");
      if (role.isTextual() && !document.path("roles").has(role.textValue())) {
        faults.add(
            DocumentFaults.child(pointer, "role"), "the role is not defined in this document");
      }
      JsonNode methods = client.path("authentication");
      if (methods.size() == 1 && has(methods, "tls_client_auth")) {
        faults.add(
            DocumentFaults.child(pointer, "authentication"),
            "tls_client_auth needs a certificate, for which the client needs another method first");
      }
      if (has(client.path("aat"), "bearer") && !has(client.path("authentication"), "client_otp")) {
        faults.add(
            DocumentFaults.child(pointer, "aat"),
            "bearer is for AATs obtained by client_otp, which the client may not use");
      }
    }
  }

  private void parameters(JsonNode parameters, int clients) {
    for (Map.Entry<String, JsonNode> parameter : parameters.properties()) {
      if (!parameter.getValue().isTextual()) {
        continue;
      }
      String pointer = DocumentFaults.child("/bootstrap/parameters", parameter.getKey());
      TemplateExpression template =
          template(parameter.getValue().textValue(), Use.PARAMETER, pointer);
      if (template == null) {
        continue;
      }
      for (VariablePath path : template.paths()) {
        String name = path.name();
        if (path.kind() == VariablePath.Kind.RESOURCE_SERVER_URI && name != null) {
          resourceServer(name, pointer);
        }
        if (path.isOfClient() && clients != 1) {
          faults.add(pointer, path + " is clear only where the workflow has exactly one client");
        }
      }
    }
  }

  private @Nullable TemplateExpression template(String text, Use use, String pointer) {
    try {
      return TemplateExpression.parse(text, use);
    } catch (ExpressionException e) {
      faults.add(pointer, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private void resourceServer(String id, String pointer) {
    if (NameSyntax.LABEL.matches(id) && !resourceServerExists.test(id)) {
      faults.add(pointer, "there is no resource server " + id);
    }
  }

  private static boolean has(JsonNode array, String value) {
    for (JsonNode item : array) {
      if (item.isTextual() && item.textValue().equals(value)) {
        return true;
      }
    }
    return false;
  }
}
