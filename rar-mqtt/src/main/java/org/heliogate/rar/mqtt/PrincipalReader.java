package org.heliogate.rar.mqtt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.heliogate.spi.EnforcedPrincipal;
import org.heliogate.spi.PrincipalPage;
import org.heliogate.spi.ResourceProxyException;
import org.jspecify.annotations.Nullable;

/** What the broker has now, read by commands that make it write nothing. */
final class PrincipalReader {

  /** How many client entries make a page; not all of them need be Heliogate's. */
  static final int PAGE_SIZE = 250;

  private final BrokerLink link;

  PrincipalReader(BrokerLink link) {
    this.link = link;
  }

  /** Reads the entries and roles of principals in one request. */
  Map<String, BrokerPrincipal> read(Collection<String> names) throws ResourceProxyException {
    List<ObjectNode> commands = new ArrayList<>();
    for (String name : names) {
      commands.add(Commands.getClient(name));
      commands.add(Commands.getRole(name));
    }
    Map<String, BrokerPrincipal> principals = new LinkedHashMap<>();
    if (commands.isEmpty()) {
      return principals;
    }
    List<JsonNode> replies = link.request(commands);
    int next = 0;
    for (String name : names) {
      JsonNode client = found(replies.get(next++), "client");
      JsonNode role = found(replies.get(next++), "role");
      principals.put(
          name,
          new BrokerPrincipal(
              client == null ? null : ClientEntry.fromJson(client),
              role == null ? null : RoleEntry.fromJson(role)));
    }
    return principals;
  }

  /**
   * Reads a page of Heliogate's principals; the broker sorts its entries by name.
   *
   * @param cursor where to start, null for the first page
   * @throws IllegalArgumentException if the cursor is none of ours
   */
  PrincipalPage page(@Nullable String cursor) throws ResourceProxyException {
    int offset = offset(cursor);
    JsonNode reply = link.request(List.of(Commands.listClients(offset, PAGE_SIZE))).get(0);
    JsonNode data = reply.path("data");
    if (reply.has("error") || !data.path("clients").isArray()) {
      throw new ResourceProxyException("the broker did not list its clients", true, null);
    }
    List<ClientEntry> clients = new ArrayList<>();
    for (JsonNode json : data.path("clients")) {
      if (PrincipalPlan.NAME.matcher(json.path("username").asText()).matches()) {
        clients.add(ClientEntry.fromJson(json));
      }
    }
    List<EnforcedPrincipal> principals = withRights(clients);
    int end = offset + data.path("clients").size();
    boolean more = !data.path("clients").isEmpty() && end < data.path("totalCount").asInt();
    return new PrincipalPage(principals, more ? Integer.toString(end) : null);
  }

  private List<EnforcedPrincipal> withRights(List<ClientEntry> clients)
      throws ResourceProxyException {
    Set<String> groupNames = new LinkedHashSet<>();
    clients.forEach(client -> groupNames.addAll(client.groups()));
    Map<String, List<String>> groups = new HashMap<>();
    for (JsonNode group : readAll(groupNames.stream().map(Commands::getGroup).toList(), "group")) {
      List<String> roles = new ArrayList<>();
      group.path("roles").forEach(role -> roles.add(role.path("rolename").asText()));
      groups.put(group.path("groupname").asText(), roles);
    }

    Set<String> roleNames = new LinkedHashSet<>();
    for (ClientEntry client : clients) {
      roleNames.add(client.name());
      roleNames.addAll(client.roles());
    }
    groups.values().forEach(roleNames::addAll);
    Map<String, RoleEntry> roles = new HashMap<>();
    for (JsonNode json : readAll(roleNames.stream().map(Commands::getRole).toList(), "role")) {
      RoleEntry role = RoleEntry.fromJson(json);
      roles.put(role.name(), role);
    }
    return clients.stream().map(c -> BrokerPrincipal.enforced(c, roles, groups)).toList();
  }

  private List<JsonNode> readAll(List<ObjectNode> commands, String member)
      throws ResourceProxyException {
    List<JsonNode> found = new ArrayList<>();
    if (!commands.isEmpty()) {
      for (JsonNode reply : link.request(commands)) {
        JsonNode json = found(reply, member);
        if (json != null) {
          found.add(json);
        }
      }
    }
    return found;
  }

  /** The member of a reply's data, null if the broker has no such thing. */
  private static @Nullable JsonNode found(JsonNode reply, String member)
      throws ResourceProxyException {
    JsonNode json = reply.path("data").path(member);
    if (json.isObject()) {
      return json;
    }
    if (reply.path("error").asText().endsWith("not found")) {
      return null;
    }
    throw new ResourceProxyException(
        "the broker did not let its " + member + "s be read", true, null);
  }

  private static int offset(@Nullable String cursor) {
    if (cursor == null) {
      return 0;
    }
    if (!cursor.matches("\\d{1,9}")) {
      throw new IllegalArgumentException("the cursor is none that this adapter gave");
    }
    return Integer.parseInt(cursor);
  }
}
