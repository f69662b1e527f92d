package org.heliogate.authz.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Set;
import org.heliogate.authz.platform.Settings;
import org.junit.jupiter.api.Test;

class EnabledMethodsTest {

  @Test
  void allWhenNothingIsSwitchedOffThenEveryMethod() {
    assertThat(enabled().all()).containsExactly(AuthenticationMethod.values());
  }

  @Test
  void allWhenSomeAreSwitchedOffThenTheOthers() {
    EnabledMethods enabled = enabled("client_secret_post", "client_secret_basic");
    assertThat(enabled.names()).isEqualTo("private_key_jwt tls_client_auth client_otp");
    assertThat(enabled.contains(AuthenticationMethod.CLIENT_SECRET_POST)).isFalse();
    assertThat(enabled.contains(AuthenticationMethod.CLIENT_OTP)).isTrue();
  }

  @Test
  void newWhenAMethodDoesNotExistThenRefused() {
    assertThatThrownBy(() -> enabled("client_secret_basc"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("client_secret_basc");
  }

  @Test
  void newWhenAllAreSwitchedOffThenRefused() {
    assertThatThrownBy(
            () ->
                enabled(
                    "client_secret_basic",
                    "client_secret_post",
                    "private_key_jwt",
                    "tls_client_auth",
                    "client_otp"))
        .isInstanceOf(IllegalStateException.class);
  }

  private static EnabledMethods enabled(String... disabled) {
    return new EnabledMethods(
        new Settings(
            "https://localhost:8443",
            "http://localhost:8080/pki",
            "keys",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Set.of(disabled)));
  }
}
