package org.heliogate.rar.mqtt;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A client entry of the plugin.
 *
 * @param name the username
 * @param credential how it logs in
 * @param roles the names of its roles
 * @param groups the names of its groups
 * @param disabled whether the plugin refuses its password; a certificate is not refused
 * @param boundToClientId whether only one MQTT client id may use it
 */
record ClientEntry(
    String name,
    CredentialMark credential,
    List<String> roles,
    List<String> groups,
    boolean disabled,
    boolean boundToClientId) {

  /** Takes unmodifiable copies. */
  ClientEntry {
    roles = List.copyOf(roles);
    groups = List.copyOf(groups);
  }

  /** Reads an entry as the plugin writes it. */
  static ClientEntry fromJson(JsonNode json) {
    return new ClientEntry(
        json.path("username").asText(),
        CredentialMark.parse(json.path("textdescription").asText(null)),
        names(json.path("roles"), "rolename"),
        names(json.path("groups"), "groupname"),
        json.path("disabled").asBoolean(false),
        !json.path("clientid").asText("").isEmpty());
  }

  /** The roles that such an entry has when nobody but Heliogate touched it. */
  static List<String> rolesOf(String name, CredentialMark credential) {
    return switch (credential.kind()) {
      case NONE, UNKNOWN -> List.of();
      case CERTIFICATE, PASSWORD -> List.of(name);
    };
  }

  /** Whether nobody but Heliogate touched the entry, as far as the plugin tells. */
  boolean isIntact() {
    return credential.kind() != CredentialMark.Kind.UNKNOWN
        && roles.equals(rolesOf(name, credential))
        && groups.isEmpty()
        && !disabled
        && !boundToClientId;
  }

  private static List<String> names(JsonNode array, String member) {
    List<String> names = new ArrayList<>();
    array.forEach(item -> names.add(item.path(member).asText()));
    return names;
  }
}
