package org.heliogate.rar.mqtt;

import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.heliogate.spi.Permission;
import org.heliogate.spi.Permission.Effect;

/**
 * The translation between the SPI's permissions and the plugin's ACLs.
 *
 * <p>A subscription is two ACLs: one for asking, one for every message that is delivered. The
 * second matters: it keeps a refusal inside a wider right effective ({@code wams/#} allowed, {@code
 * wams/SE-1/secret} refused), it silences a persistent session that was away when its right was
 * removed, and it keeps a right on {@code #} from reading {@code $CONTROL} and {@code $SYS}, to
 * which Mosquitto lets such a client subscribe.
 */
final class Permissions {

  /** The right to publish. */
  static final String PUBLISH = "publish";

  /** The right to subscribe and to receive. */
  static final String SUBSCRIBE = "subscribe";

  /** The verbs of the server. */
  static final Set<String> SCOPES = Set.of(PUBLISH, SUBSCRIBE);

  private static final int ALLOW_PRIORITY = 0;
  private static final int DENY_PRIORITY = 1;

  private static final Comparator<Acl> ORDER =
      Comparator.comparing(Acl::type)
          .thenComparing(Comparator.comparingInt(Acl::priority).reversed())
          .thenComparing(Acl::topic)
          .thenComparing(Acl::allow);

  private Permissions() {}

  /**
   * Says why the permission cannot be enforced here.
   *
   * @return what is wrong, for people; empty if it can
   */
  static Optional<String> fault(Permission permission) {
    if (!SCOPES.contains(permission.scope())) {
      return Optional.of("scope " + printable(permission.scope()) + " is not known");
    }
    return TopicFilter.fault(permission.resource())
        .map(fault -> "resource " + printable(permission.resource()) + " " + fault);
  }

  /**
   * The ACLs that enforce permissions, in a fixed order. An allowance that is refused by name is
   * left out, for the plugin would never come to it.
   */
  static Set<Acl> toAcls(Set<Permission> permissions) {
    Set<Acl> acls = new TreeSet<>(ORDER);
    for (Permission permission : permissions) {
      Permission refusal = Permission.deny(permission.resource(), permission.scope());
      if (permission.effect() == Effect.DENY || !permissions.contains(refusal)) {
        acls.addAll(toAcls(permission));
      }
    }
    return acls;
  }

  /**
   * What ACLs really give and refuse. ACLs that no permission of the SPI makes, so that somebody
   * else made them, appear with their ACL type as the scope.
   */
  static Set<Permission> fromAcls(Set<Acl> acls) {
    Set<Acl> rest = new LinkedHashSet<>(acls);
    Set<Permission> permissions = new HashSet<>();
    for (Acl acl : acls) {
      String scope = acl.type().equals(Acl.PUBLISH_SEND) ? PUBLISH : SUBSCRIBE;
      Permission candidate = new Permission(acl.topic(), scope, effect(acl));
      List<Acl> needed = toAcls(candidate);
      if (needed.contains(acl) && acls.containsAll(needed)) {
        permissions.add(candidate);
        needed.forEach(rest::remove);
      }
    }
    rest.forEach(acl -> permissions.add(new Permission(acl.topic(), acl.type(), effect(acl))));
    return permissions;
  }

  /** Whether going from one set of ACLs to another takes something away. */
  static boolean takesAway(Set<Acl> before, Set<Acl> after) {
    return before.stream().anyMatch(acl -> acl.allow() && !after.contains(acl))
        || after.stream().anyMatch(acl -> !acl.allow() && !before.contains(acl));
  }

  private static List<Acl> toAcls(Permission permission) {
    boolean allow = permission.effect() == Effect.ALLOW;
    int priority = allow ? ALLOW_PRIORITY : DENY_PRIORITY;
    String topic = permission.resource();
    return permission.scope().equals(PUBLISH)
        ? List.of(new Acl(Acl.PUBLISH_SEND, topic, priority, allow))
        : List.of(
            new Acl(Acl.SUBSCRIBE_PATTERN, topic, priority, allow),
            new Acl(Acl.PUBLISH_RECEIVE, topic, priority, allow));
  }

  private static Effect effect(Acl acl) {
    return acl.allow() ? Effect.ALLOW : Effect.DENY;
  }

  private static String printable(String text) {
    String shown = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    return "'" + shown.replaceAll("[^\\p{Print}…]", "?") + "'";
  }
}
