package org.heliogate.authz.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceNameTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wams/+/measurements",
        "wams/#",
        "#",
        "estimation/results",
        "estimation/*",
        "site/config/x",
        "site/admin",
        "configuration/x",
        "localhost",
        "administration",
        "wams/system/x",
        "system/x",
        "db/my.system.x",
        "/leading/slash",
        "a$b",
        "Zürich/Messwerte",
        "a b"
      })
  void refusalWhenNameIsOrdinaryThenEmpty(String name) {
    assertThat(ResourceName.refusal(name)).isEmpty();
    assertThat(new ResourceName(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "$SYS/broker",
        "$CONTROL/dynamic-security/#",
        "$share/g/wams/+/measurements",
        "admin",
        "admin/users",
        "admin/*",
        "admin/a/b",
        "Admin/users",
        "local/oplog.rs",
        "config/x",
        "config/#",
        "*",
        "*/results",
        "system.users",
        "system.users/x",
        "estimation/system.js",
        "estimation/System.views",
        "estimation/system.*",
        "a\nb",
        "a\u0000",
        "a\u007f",
        "a\u0085b",
        "a\u2028b",
        "a\u202eb",
        "\ufeffadmin/x",
        "ad\u200bmin/x",
        "a\ud800",
        "a\uffff"
      })
  void refusalWhenNameIsReservedOrMalformedThenReason(String name) {
    assertThat(ResourceName.refusal(name)).isPresent();
    assertThatIllegalArgumentException().isThrownBy(() -> new ResourceName(name));
  }

  @Test
  void refusalWhenNameIsLongThenOnlyUpToTheBoundIsAllowed() {
    assertThat(ResourceName.refusal("a".repeat(1024))).isEmpty();
    assertThat(ResourceName.refusal("a".repeat(1025))).isPresent();
  }

  @Test
  void refusalWhenNameHasManyBytesThenOnlyWhatAnIndexHoldsIsAllowed() {
    assertThat(ResourceName.refusal("\u6e2c".repeat(866) + "aa")).isEmpty();
    assertThat(ResourceName.refusal("\u6e2c".repeat(867)))
        .contains("the resource is longer than 2600 bytes in UTF-8");
  }

  @Test
  void requireWhenIdentifierIsHostileThenMessageDoesNotHoldIt() {
    for (String hostile :
        new String[] {"", ".", "..", "a/b", "+", "#", "a b", "a\n", "é", "${x}", "a".repeat(65)}) {
      assertThat(NameSyntax.IDENTIFIER.matches(hostile)).isFalse();
    }
    assertThat(NameSyntax.IDENTIFIER.matches("SE-000001")).isTrue();
    assertThat(NameSyntax.IDENTIFIER.matches("_a..b")).isTrue();
    assertThat(NameSyntax.IDENTIFIER.matches("a".repeat(64))).isTrue();
    assertThat(NameSyntax.IDENTIFIER.matches(null)).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NameSyntax.IDENTIFIER.require("a device id", "evil/+"))
        .withMessage("a device id must match [A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");
  }

  @Test
  void matchesWhenLabelOrScopeThenAsInTheirGrammar() {
    assertThat(NameSyntax.LABEL.matches("state-estimation")).isTrue();
    assertThat(NameSyntax.LABEL.matches("-a")).isFalse();
    assertThat(NameSyntax.LABEL.matches("State")).isFalse();
    assertThat(NameSyntax.LABEL.matches("a\n")).isFalse();
    assertThat(NameSyntax.SCOPE.matches("publish")).isTrue();
    assertThat(NameSyntax.SCOPE.matches("admin:read")).isTrue();
    assertThat(NameSyntax.SCOPE.matches("a b")).isFalse();
    assertThat(NameSyntax.SCOPE.matches("a\"b")).isFalse();
    assertThat(NameSyntax.SCOPE.matches("a\\b")).isFalse();
    assertThat(NameSyntax.SCOPE.matches("")).isFalse();
  }
}
