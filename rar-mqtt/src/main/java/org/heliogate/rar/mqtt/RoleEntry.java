package org.heliogate.rar.mqtt;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A role of the plugin.
 *
 * @param name its name; a principal's own role bears the principal's name
 * @param mark the generation that it carries
 * @param acls its ACLs
 */
record RoleEntry(String name, GenerationMark mark, Set<Acl> acls) {

  /** Takes an unmodifiable copy. */
  RoleEntry {
    acls = Set.copyOf(acls);
  }

  /** Reads a role as the plugin writes it. */
  static RoleEntry fromJson(JsonNode json) {
    Set<Acl> acls = new LinkedHashSet<>();
    json.path("acls").forEach(acl -> acls.add(Acl.fromJson(acl)));
    return new RoleEntry(
        json.path("rolename").asText(),
        GenerationMark.parse(json.path("textdescription").asText(null)),
        acls);
  }
}
