package org.heliogate.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PrincipalStateTest {

  private static final Permission RIGHT = Permission.allow("resource", "read");

  @Test
  void constructorWhenNameOrGenerationOutOfBoundsThenIllegalArgument() {
    assertThatIllegalArgumentException().isThrownBy(() -> PrincipalState.absent("", 1));
    assertThatIllegalArgumentException().isThrownBy(() -> PrincipalState.absent("n", 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PrincipalState.absent("n".repeat(129), 1));
  }

  @Test
  void constructorWhenAbsentWithRightsThenIllegalArgument() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new PrincipalState(
                    "n", 1, PrincipalState.Presence.ABSENT, Credential.none(), Set.of(RIGHT)));
  }

  @Test
  void permissionsWhenSourceChangesThenStay() {
    Set<Permission> source = new HashSet<>(Set.of(RIGHT));
    PrincipalState state = PrincipalState.present("n", 1, Credential.none(), source);
    source.clear();
    assertThat(state.permissions()).containsExactly(RIGHT);
  }

  @Test
  void toStringWhenPasswordThenHidesIt() {
    PrincipalState state =
        PrincipalState.present("n", 1, new Credential.Password("hunter2"), Set.of());
    assertThat(state.toString()).doesNotContain("hunter2");
  }
}
