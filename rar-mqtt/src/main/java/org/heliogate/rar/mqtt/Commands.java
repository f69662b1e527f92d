package org.heliogate.rar.mqtt;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The commands of the dynamic security plugin that the adapter uses, and no others.
 *
 * <p>What they do to live sessions in Mosquitto 2.0.11, tried: {@code modifyRole} acts at once and
 * ends no session; {@code modifyClient} (even one that changes nothing), {@code setClientId} and
 * {@code deleteClient} end the client's sessions. {@code deleteRole} is never used: a client that
 * {@code createClient} gave the role keeps a dangling pointer to it inside the broker.
 */
final class Commands {

  private Commands() {}

  static ObjectNode getClient(String name) {
    return command("getClient").put("username", name);
  }

  static ObjectNode getRole(String name) {
    return command("getRole").put("rolename", name);
  }

  static ObjectNode getGroup(String name) {
    return command("getGroup").put("groupname", name);
  }

  static ObjectNode listClients(int offset, int count) {
    return command("listClients").put("verbose", true).put("offset", offset).put("count", count);
  }

  static ObjectNode createRole(String name, GenerationMark mark, Collection<Acl> acls) {
    return role("createRole", name, mark, acls);
  }

  /** Replaces a role's ACLs and mark in one step; ends no session. */
  static ObjectNode modifyRole(String name, GenerationMark mark, Collection<Acl> acls) {
    return role("modifyRole", name, mark, acls);
  }

  static ObjectNode createClient(
      String name, CredentialMark credential, @Nullable String password) {
    return client("createClient", name, credential, password);
  }

  /**
   * Replaces an entry's mark, roles and groups, and its password unless null; ends its sessions.
   */
  static ObjectNode modifyClient(
      String name, CredentialMark credential, @Nullable String password) {
    ObjectNode command = client("modifyClient", name, credential, password);
    command.putArray("groups");
    return command;
  }

  static ObjectNode enableClient(String name) {
    return command("enableClient").put("username", name);
  }

  /** Lets any MQTT client id use the entry; ends its sessions. */
  static ObjectNode clearClientId(String name) {
    return command("setClientId").put("username", name);
  }

  static ObjectNode deleteClient(String name) {
    return command("deleteClient").put("username", name);
  }

  static ObjectNode getDefaultAclAccess() {
    return command("getDefaultACLAccess");
  }

  static ObjectNode setDefaultAclAccess(List<DefaultAccess> access) {
    ObjectNode command = command("setDefaultACLAccess");
    ArrayNode acls = command.putArray("acls");
    access.forEach(a -> acls.addObject().put("acltype", a.type()).put("allow", a.allow()));
    return command;
  }

  private static ObjectNode role(
      String command, String name, GenerationMark mark, Collection<Acl> acls) {
    ObjectNode node = command(command).put("rolename", name).put("textdescription", mark.text());
    ArrayNode array = node.putArray("acls");
    acls.forEach(acl -> array.add(acl.toJson()));
    return node;
  }

  private static ObjectNode client(
      String command, String name, CredentialMark credential, @Nullable String password) {
    ObjectNode node =
        command(command).put("username", name).put("textdescription", credential.text());
    if (password != null) {
      node.put("password", password);
    }
    ArrayNode roles = node.putArray("roles");
    ClientEntry.rolesOf(name, credential).forEach(r -> roles.addObject().put("rolename", r));
    return node;
  }

  private static ObjectNode command(String name) {
    return JsonNodeFactory.instance.objectNode().put("command", name);
  }
}
