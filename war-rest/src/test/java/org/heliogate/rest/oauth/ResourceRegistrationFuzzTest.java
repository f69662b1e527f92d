package org.heliogate.rest.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.heliogate.fuzz.JsonText.quoted;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.EnumSet;
import java.util.Set;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.protection.PermissionRequests;
import org.heliogate.authz.protection.ResourceDescription;
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.authz.resource.ResourceName;
import org.heliogate.fuzz.Cases;
import org.heliogate.fuzz.Chance;
import org.heliogate.fuzz.JsonText;
import org.heliogate.rest.wire.JsonMapper;
import org.junit.jupiter.api.Test;

class ResourceRegistrationFuzzTest {

  private static final Set<ErrorCode> REFUSALS =
      EnumSet.of(ErrorCode.INVALID_REQUEST, ErrorCode.INVALID_RESOURCE_ID, ErrorCode.INVALID_SCOPE);

  @Test
  void checkedWhenResourceIsHostileThenRefusedOrStorable() {
    Cases.each(
        chance -> {
          String json =
              JsonText.object()
                  .withText("name", chance.oneIn(3) ? chance.text() : "album/1")
                  .withText("type", chance.of("", "https://example.org/type", chance.text()))
                  .with("resource_scopes", scopes(chance))
                  .withText("description", chance.oneIn(3) ? chance.text() : "An album")
                  .withText("icon_uri", chance.of("https://example.org/i.png", chance.text()))
                  .withText("displayName", chance.of("One", chance.text()))
                  .with("uris", scopes(chance))
                  .with("attributes", "{" + quoted(chance.text()) + ":" + scopes(chance) + "}")
                  .with("owner", chance.of("{\"id\":\"rs\"}", JsonText.value(chance)))
                  .mutated(chance)
                  .broken(chance);
          refusedOr(
              chance,
              () -> {
                ResourceSetBody body = JsonMapper.mapper().readValue(json, ResourceSetBody.class);
                if (body != null) {
                  checkStorable(body.checked(chance.oneIn(2) ? "id-1" : null, "rs"));
                }
              });
        });
  }

  @Test
  void checkedWhenPermissionIsHostileThenRefusedOrAsked() {
    Cases.each(
        chance -> {
          String json =
              JsonText.object()
                  .withText(
                      chance.of("resource_id", "resource_set_id"),
                      chance.of("0b7b1f3e-7e0e-4d6a-9f51-3b1a1c3d5e7f", chance.text()))
                  .with(chance.of("resource_scopes", "scopes"), scopes(chance))
                  .mutated(chance)
                  .broken(chance);
          refusedOr(
              chance,
              () -> {
                PermissionResource.Body body =
                    JsonMapper.mapper().readValue(json, PermissionResource.Body.class);
                if (body != null) {
                  PermissionRequests.Wanted wanted = body.checked();
                  assertThat(NameSyntax.IDENTIFIER.matches(wanted.resourceId())).isTrue();
                  assertThat(wanted.scopes()).doesNotContainNull();
                }
              });
        });
  }

  @Test
  void questionWhenHostileThenRefusedAndNeverShown() {
    Cases.each(
        chance -> {
          String secret = chance.secret();
          String json =
              JsonText.object()
                  .withText("ticket", secret)
                  .withText("rpt", secret)
                  .withText("csr", chance.text())
                  .withText("credential", chance.of("password", secret))
                  .mutated(chance)
                  .broken(chance);
          refusedOr(
              chance,
              () -> {
                RptResource.Question question =
                    JsonMapper.mapper().readValue(json, RptResource.Question.class);
                chance.assertKept("question's text", String.valueOf(question));
                if (question != null) {
                  UmaGrantEndpoint.password(question.credential());
                }
              });
        });
  }

  /** What is done with an input. */
  private interface Reading {
    void run() throws JsonProcessingException;
  }

  private static void refusedOr(Chance chance, Reading reading) {
    try {
      reading.run();
    } catch (RequestException e) {
      assertThat(e.code()).isIn(REFUSALS);
      assertThat(e.getMessage()).hasSizeLessThan(300);
      chance.assertKept("refusal", e.toString());
    } catch (JsonProcessingException e) {
      // The edge answers 400 and repeats nothing of this message; see JsonFailureMapperTest.
      assertThat(e).isNotNull();
    }
  }

  private static void checkStorable(ResourceDescription resource) {
    if (resource.name() != null) {
      assertThat(ResourceName.refusal(resource.name())).isEmpty();
    }
    assertThat(resource.scopes()).hasSizeLessThanOrEqualTo(64).allMatch(NameSyntax.SCOPE::matches);
    assertThat(String.join(" ", resource.scopes())).hasSizeLessThanOrEqualTo(1024);
    assertThat(JsonMapper.mapper().valueToTree(resource.extension()).toString().length())
        .isLessThanOrEqualTo(8192);
    for (String text : new String[] {resource.type(), resource.description(), resource.iconUri()}) {
      if (text != null) {
        assertThat(text).isNotEmpty().hasSizeLessThanOrEqualTo(2048).doesNotContain("\0");
        assertThat(java.nio.charset.StandardCharsets.UTF_8.newEncoder().canEncode(text)).isTrue();
      }
    }
  }

  private static String scopes(Chance chance) {
    return chance.oneIn(3)
        ? JsonText.value(chance)
        : '[' + quoted("view") + ',' + quoted(chance.of("edit", "view", chance.text())) + ']';
  }
}
