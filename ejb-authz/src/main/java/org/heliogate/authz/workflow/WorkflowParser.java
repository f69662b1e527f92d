package org.heliogate.authz.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.heliogate.authz.workflow.TemplateExpression.Use;
import org.heliogate.authz.workflow.WorkflowDocument.Bootstrap;
import org.heliogate.authz.workflow.WorkflowDocument.BootstrapClient;
import org.jspecify.annotations.Nullable;

/**
 * Reads workflow documents from YAML text.
 *
 * <p>In this order: at most 64 KiB of UTF-8 without byte order mark and NUL; one YAML 1.2 document
 * with the JSON schema's scalars and tags, no duplicate keys, at most 16 levels and 10,000 nodes
 * with every alias expanded; the JSON Schema; the rules that a schema cannot say (names agree,
 * roles are defined, resource servers exist, templates can be read, resources are not refused
 * ones). A fault of the bytes or of YAML's structure ends the reading; all others are collected.
 *
 * <p>The schema is compiled once. Instances are immutable and thread-safe.
 */
public final class WorkflowParser {

  /** The longest document, in bytes. */
  public static final int MAX_BYTES = 64 * 1024;

  private final WorkflowSchema schema = new WorkflowSchema();

  /** The JSON Schema (draft 2020-12) of workflow documents, as it is published. */
  public String schema() {
    return schema.text();
  }

  /**
   * Reads a document.
   *
   * @param yaml the document's bytes
   * @param expectedName the name that the document must have, because it is addressed by it; null
   *     if any will do
   * @param resourceServerExists whether there is a resource server of an id; asked only with
   *     well-formed ids; {@code id -> true} to read a document that was accepted before
   * @throws InvalidWorkflowException if the document is refused, with all its faults
   */
  public WorkflowDocument parse(
      byte[] yaml, @Nullable String expectedName, Predicate<String> resourceServerExists)
      throws InvalidWorkflowException {
    DocumentFaults faults = new DocumentFaults();
    String text = text(yaml, faults);
    JsonNode tree = text == null ? null : YamlTree.read(text, faults);
    if (tree == null) {
      throw faults.exception();
    }
    schema.validate(tree, faults);
    new WorkflowRules(tree, resourceServerExists, faults).check(expectedName);
    if (!faults.isEmpty()) {
      throw faults.exception();
    }
    try {
      return document(tree);
    } catch (ExpressionException | IllegalArgumentException e) {
      faults.add("", String.valueOf(e.getMessage()));
      throw faults.exception();
    }
  }

  private static @Nullable String text(byte[] yaml, DocumentFaults faults) {
    if (yaml.length > MAX_BYTES) {
      faults.add("", "the document is larger than " + MAX_BYTES + " bytes");
      return null;
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(yaml)).toString();
    } catch (CharacterCodingException e) {
      faults.add("", "the document is not UTF-8");
      return null;
    }
    if (text.indexOf('\0') >= 0 || text.indexOf('\uFEFF') >= 0) {
      faults.add("", "the document has a NUL or a byte order mark");
      return null;
    }
    return text;
  }

  private static WorkflowDocument document(JsonNode tree) throws ExpressionException {
    Map<String, List<RoleGrant>> roles = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> role : tree.path("roles").properties()) {
      List<RoleGrant> grants = new ArrayList<>();
      for (JsonNode grant : role.getValue().path("grants")) {
        grants.add(
            new RoleGrant(
                grant.path("resource-server").textValue(),
                TemplateExpression.parse(grant.path("resource").textValue(), Use.RESOURCE),
                texts(grant.path("scopes"))));
      }
      roles.put(role.getKey(), grants);
    }
    return new WorkflowDocument(
        tree.path("heliogate").intValue(),
        tree.path("workflow").textValue(),
        tree.path("description").asText(""),
        roles,
        bootstrap(tree.path("bootstrap")));
  }

  private static Bootstrap bootstrap(JsonNode tree) throws ExpressionException {
    List<BootstrapClient> clients = new ArrayList<>();
    for (JsonNode client : tree.path("clients")) {
      clients.add(
          new BootstrapClient(
              client.path("name").textValue(),
              client.path("role").textValue(),
              List.copyOf(texts(client.path("authentication"))),
              !client.path("aat").isEmpty()));
    }
    Map<String, TemplateExpression> parameters = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> parameter : tree.path("parameters").properties()) {
      parameters.put(
          parameter.getKey(),
          TemplateExpression.parse(parameter.getValue().textValue(), Use.PARAMETER));
    }
    return new Bootstrap(clients, parameters, tree.path("return-pin").asBoolean(false));
  }

  private static Set<String> texts(JsonNode array) {
    Set<String> texts = new LinkedHashSet<>();
    array.forEach(item -> texts.add(item.textValue()));
    return texts;
  }
}
