package org.heliogate.authz.uma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.resource.ApprovalPolicy;
import org.heliogate.authz.resource.ResourceServer;
import org.heliogate.authz.resource.TokenTerms;
import org.heliogate.authz.token.TokenPermission;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenScopesTest {

  private static final String TEMPLATE =
      "${resource_server.id}/${resource_server.client_id}.${scope}:${resource.name}";

  private final TokenScopes scopes = new TokenScopes();

  @Test
  void ofWhenServerHasATemplateThenOneForEachScopeOfEachResource() {
    assertThat(
            scopes.of(
                server(TEMPLATE),
                List.of(permission("%2F/q/a.*", "read", "write"), permission("x", "read"))))
        .containsExactly(
            "rabbit/rs-1.read:%2F/q/a.*", "rabbit/rs-1.read:x", "rabbit/rs-1.write:%2F/q/a.*");
  }

  @Test
  void ofWhenServerHasNoTemplateThenNone() {
    assertThat(scopes.of(server(null), List.of(permission("a b", "read")))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a b", " ", "a\"b", "a\\b", "a\tb", "a\u00a0b", "a\u2003b", "é", "a\nrabbit/x:y"})
  void ofWhenANameHasWhatNoScopeHasThenRefusedByItsIdentifier(String name) {
    ResourceServer server = server(TEMPLATE);
    List<TokenPermission> permissions =
        List.of(permission("good", "read"), permission(name, "read"));
    assertRefused(ErrorCode.INVALID_SCOPE, "id of " + name, () -> scopes.of(server, permissions));
    assertRefused(
        ErrorCode.INVALID_REQUEST,
        "resource.name",
        () -> scopes.requireFitting(server, name, Set.of("read")));
    assertThat(scopes.present(server, permissions)).containsExactly("rabbit/rs-1.read:good");
  }

  @Test
  void requireFittingWhenNameCanBeInAScopeThenAllowed() {
    scopes.requireFitting(server(TEMPLATE), "%2F/a%20b/*", Set.of("read"));
    scopes.requireFitting(server(null), "a b", Set.of("read"));
  }

  @Test
  void ofWhenClaimWouldBeTooLongThenRefused() {
    String name = "x".repeat(1000);
    List<TokenPermission> permissions =
        IntStream.range(0, 9).mapToObj(i -> permission(name + i, "read")).toList();
    ResourceServer server = server("${scope}:${resource.name}");
    assertThat(scopes.of(server, permissions.subList(0, 8))).hasSize(8);
    assertRefused(ErrorCode.INVALID_SCOPE, "8192", () -> scopes.of(server, permissions));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "read",
        "${scope}",
        "${resource.name}",
        "${scope} ${resource.name}",
        "${scope}\"${resource.name}",
        "${scope}:${resource.name}${device.id}",
        "${scope}:${resource.name.length()}",
        "${scope}:${resource}",
        "${scope}:${resource['name']}",
        "${scope}:${resource.name}${client.id}",
        "${scope}:${resource.name}${resourceServers.mqtt.uri}",
        "${scope + resource.name}",
        "#{scope}:${resource.name}",
        "${scope}:${resource.name}$"
      })
  void requireWhenTemplateCannotBeThenUnprocessable(String template) {
    assertRefused(ErrorCode.UNPROCESSABLE, "scope_template: ", () -> TokenScopes.require(template));
  }

  @Test
  void requireWhenTemplateIsLongThenUpToItsBound() {
    String template = "${scope}:${resource.name}";
    TokenScopes.require(template + "x".repeat(TokenScopes.MAX_TEMPLATE - template.length()));
    assertRefused(
        ErrorCode.UNPROCESSABLE,
        "longer",
        () -> TokenScopes.require(template + "x".repeat(TokenScopes.MAX_TEMPLATE)));
  }

  @Test
  void termsWhenLifetimeIsOutOfBoundsThenUnprocessable() {
    for (long seconds : new long[] {-1, 0, 29, 3601, Integer.MAX_VALUE}) {
      assertRefused(
          ErrorCode.UNPROCESSABLE,
          "30 to 3600",
          () -> new TokenTerms(null, Duration.ofSeconds(seconds)));
    }
    assertThat(new TokenTerms(null, Duration.ofSeconds(30)).lifetime()).hasSeconds(30);
    assertThat(new TokenTerms(null, Duration.ofHours(1)).lifetime()).hasHours(1);
  }

  private static ResourceServer server(@Nullable String template) {
    return new ResourceServer(
        "rabbit",
        ResourceServer.SELF_REGISTERING,
        null,
        "rs-1",
        new TokenTerms(template, Duration.ofMinutes(5)),
        ApprovalPolicy.NONE,
        Instant.EPOCH,
        0);
  }

  private static TokenPermission permission(String name, String... scopes) {
    return new TokenPermission("id of " + name, name, Set.of(scopes));
  }

  private static void assertRefused(ErrorCode code, String reason, ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e).hasMessageContaining(reason);
            });
  }
}
