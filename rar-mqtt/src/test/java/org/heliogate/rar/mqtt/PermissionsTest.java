package org.heliogate.rar.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.heliogate.spi.Permission;
import org.junit.jupiter.api.Test;

class PermissionsTest {

  private static final Permission PUBLISH = Permission.allow("a", "publish");
  private static final Permission SUBSCRIBE = Permission.allow("a", "subscribe");

  @Test
  void fromAclsWhenMadeByToAclsThenTheSamePermissions() {
    Set<Permission> permissions =
        Set.of(
            PUBLISH,
            SUBSCRIBE,
            Permission.allow("b/#", "subscribe"),
            Permission.deny("b/c", "subscribe"),
            Permission.deny("a/b", "publish"));
    assertThat(Permissions.fromAcls(Permissions.toAcls(permissions))).isEqualTo(permissions);
  }

  @Test
  void toAclsWhenDeniedThenHigherPriorityThanAllowed() {
    Set<Acl> acls =
        Permissions.toAcls(
            Set.of(Permission.allow("#", "subscribe"), Permission.deny("a", "subscribe")));
    int lowestDeny = acls.stream().filter(a -> !a.allow()).mapToInt(Acl::priority).min().orElse(0);
    int highestAllow = acls.stream().filter(Acl::allow).mapToInt(Acl::priority).max().orElse(99);
    assertThat(acls).hasSize(4);
    assertThat(lowestDeny).isGreaterThan(highestAllow);
  }

  @Test
  void toAclsWhenSameThingAllowedAndDeniedThenOnlyDenied() {
    Permission deny = Permission.deny("a", "publish");
    assertThat(Permissions.fromAcls(Permissions.toAcls(Set.of(PUBLISH, deny))))
        .containsExactly(deny);
  }

  @Test
  void fromAclsWhenSubscriptionCannotReceiveThenNoRightToSubscribe() {
    assertThat(Permissions.fromAcls(Set.of(new Acl("subscribePattern", "a", 0, true))))
        .containsExactly(Permission.allow("a", "subscribePattern"));
  }

  @Test
  void fromAclsWhenPriorityIsForeignThenShownAsForeign() {
    assertThat(Permissions.fromAcls(Set.of(new Acl("publishClientSend", "a", 7, true))))
        .containsExactly(Permission.allow("a", "publishClientSend"));
  }

  @Test
  void takesAwayWhenAllowGoesOrDenyComesThenTrue() {
    Set<Acl> one = Permissions.toAcls(Set.of(PUBLISH));
    Set<Acl> both = Permissions.toAcls(Set.of(PUBLISH, SUBSCRIBE));
    Set<Acl> denied = Permissions.toAcls(Set.of(PUBLISH, Permission.deny("b", "publish")));
    assertThat(Permissions.takesAway(both, one)).isTrue();
    assertThat(Permissions.takesAway(one, denied)).isTrue();
    assertThat(Permissions.takesAway(one, both)).isFalse();
    assertThat(Permissions.takesAway(denied, one)).isFalse();
    assertThat(Permissions.takesAway(one, one)).isFalse();
  }

  @Test
  void faultWhenScopeIsUnknownThenSaysSo() {
    assertThat(Permissions.fault(Permission.allow("a", "read"))).isPresent();
    assertThat(Permissions.fault(PUBLISH)).isEmpty();
  }
}
