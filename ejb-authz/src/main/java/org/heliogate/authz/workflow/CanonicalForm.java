package org.heliogate.authz.workflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.TreeMap;
import org.heliogate.authz.workflow.WorkflowDocument.BootstrapClient;

/** The one way to write a document, so that equal documents have equal digests. */
final class CanonicalForm {

  private static final ObjectMapper MAPPER = JsonMapper.builder().build();
  private static final Comparator<RoleGrant> ORDER =
      Comparator.comparing(RoleGrant::resourceServer)
          .thenComparing(grant -> grant.resource().text())
          .thenComparing(grant -> String.join(" ", grant.scopes().stream().sorted().toList()));

  private CanonicalForm() {}

  static String of(WorkflowDocument document) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("heliogate", document.format());
    root.put("workflow", document.name());
    root.put("description", document.description());
    ObjectNode roles = root.putObject("roles");
    new TreeMap<>(document.roles()).forEach((role, grants) -> roles.set(role, grants(grants)));
    ObjectNode bootstrap = root.putObject("bootstrap");
    ArrayNode clients = bootstrap.putArray("clients");
    document.bootstrap().clients().forEach(client -> clients.add(client(client)));
    ObjectNode parameters = bootstrap.putObject("parameters");
    document
        .bootstrap()
        .parameters()
        .forEach((name, template) -> parameters.put(name, template.text()));
    bootstrap.put("return-pin", document.bootstrap().returnPin());
    return write(root);
  }

  static String of(Collection<RoleGrant> grants) {
    return write(grants(grants));
  }

  static String digest(String canonicalForm) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(canonicalForm.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static ArrayNode grants(Collection<RoleGrant> grants) {
    ArrayNode array = MAPPER.createArrayNode();
    grants.stream()
        .sorted(ORDER)
        .forEach(
            grant -> {
              ObjectNode node = array.addObject();
              node.put("resource-server", grant.resourceServer());
              node.put("resource", grant.resource().text());
              ArrayNode scopes = node.putArray("scopes");
              grant.scopes().stream().sorted().forEach(scopes::add);
            });
    return array;
  }

  private static ObjectNode client(BootstrapClient client) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("name", client.name());
    node.put("role", client.role());
    ArrayNode methods = node.putArray("authentication");
    client.authenticationMethods().forEach(methods::add);
    node.put("bearer-aat", client.bearerAat());
    return node;
  }

  private static String write(Object node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of strings can always be written", e);
    }
  }
}
