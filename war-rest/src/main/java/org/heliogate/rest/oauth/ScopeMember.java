package org.heliogate.rest.oauth;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/**
 * A scope in a resource description: a text (UMA FedAuthz §3.1), or an object with a {@code name},
 * as Keycloak's client writes it; what else such an object says of the scope for people is not
 * kept.
 *
 * @param name the scope itself
 */
public record ScopeMember(@JsonValue String name) {

  private static final Set<String> NOT_KEPT = Set.of("id", "iconUri", "displayName");

  /** Reads either form. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static ScopeMember of(JsonNode node) {
    JsonNode name = node.isObject() ? node.path("name") : node;
    if (!name.isTextual() || !node.properties().stream().allMatch(ScopeMember::isKnown)) {
      throw new IllegalArgumentException("a scope is a text or an object with a name");
    }
    return new ScopeMember(name.textValue());
  }

  private static boolean isKnown(Map.Entry<String, JsonNode> member) {
    return member.getKey().equals("name")
        || (NOT_KEPT.contains(member.getKey()) && member.getValue().isTextual());
  }
}
