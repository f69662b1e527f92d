package org.heliogate.rar.mqtt;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.heliogate.spi.EnforcedPrincipal;
import org.jspecify.annotations.Nullable;

/**
 * What the broker has of one principal.
 *
 * @param client its client entry, null if there is none
 * @param role its own role, null if there is none
 */
record BrokerPrincipal(@Nullable ClientEntry client, @Nullable RoleEntry role) {

  /** The generation that the broker carries, 0 if none. */
  long generation() {
    return role == null ? 0 : role.mark().generation();
  }

  /**
   * The principal as the SPI shows it: the rights of its own role and of every role and group that
   * somebody attached by hand. An entry that was tampered with vouches for no generation.
   *
   * @param client the client entry
   * @param roles all known roles, by name
   * @param groups the role names of all known groups, by name
   */
  static EnforcedPrincipal enforced(
      ClientEntry client, Map<String, RoleEntry> roles, Map<String, List<String>> groups) {
    Set<Acl> acls = new HashSet<>();
    RoleEntry own = roles.get(client.name());
    if (own != null && (client.roles().contains(client.name()) || client.isIntact())) {
      acls.addAll(own.acls());
    }
    for (String name : client.roles()) {
      acls.addAll(aclsOf(name, roles));
    }
    for (String group : client.groups()) {
      groups.getOrDefault(group, List.of()).forEach(name -> acls.addAll(aclsOf(name, roles)));
    }
    long generation =
        own != null && client.isIntact() && !own.mark().absent() ? own.mark().generation() : 0;
    return new EnforcedPrincipal(client.name(), generation, Permissions.fromAcls(acls));
  }

  private static Set<Acl> aclsOf(String role, Map<String, RoleEntry> roles) {
    RoleEntry entry = roles.get(role);
    return entry == null ? Set.of() : entry.acls();
  }
}
