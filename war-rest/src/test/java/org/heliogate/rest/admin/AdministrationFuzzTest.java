package org.heliogate.rest.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.ClientService.Registration;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.fuzz.Cases;
import org.heliogate.fuzz.Chance;
import org.heliogate.fuzz.JsonText;
import org.heliogate.fuzz.Mutations;
import org.heliogate.rest.wire.FormParameters;
import org.heliogate.rest.wire.JsonMapper;
import org.junit.jupiter.api.Test;

class AdministrationFuzzTest {

  private static final Set<ErrorCode> REFUSALS =
      EnumSet.of(ErrorCode.INVALID_REQUEST, ErrorCode.UNPROCESSABLE, ErrorCode.PRECONDITION_FAILED);

  @Test
  void registrationWhenClientIsHostileThenRefusedOrRegistrable() {
    Cases.each(
        chance -> {
          String json =
              JsonText.object()
                  .withText("name", chance.oneIn(3) ? chance.text() : "estimator")
                  .with("roles", list(chance, "reader"))
                  .with("authentication", list(chance, "client_secret_basic", "client_otp"))
                  .withText("scope", chance.oneIn(3) ? chance.text() : "uma_authorization admin")
                  .mutated(chance)
                  .broken(chance);
          refusedOr(
              () -> {
                NewClient body = JsonMapper.mapper().readValue(json, NewClient.class);
                if (body != null) {
                  checkRegistrable(body.registration(EnumSet.allOf(AuthenticationMethod.class)));
                }
              });
        });
  }

  @Test
  void checkedWhenResourceServerIsHostileThenRefusedOrRegistrable() {
    Cases.each(
        chance -> {
          String json =
              JsonText.object()
                  .withText("id", chance.oneIn(3) ? chance.text() : "grid")
                  .withText("type", chance.of("mqtt", "oauth", chance.text()))
                  .withText(
                      "connection_factory",
                      chance.oneIn(3) ? chance.text() : "java:/heliogate/rs/grid")
                  .mutated(chance)
                  .broken(chance);
          refusedOr(
              () -> {
                NewResourceServer body =
                    JsonMapper.mapper().readValue(json, NewResourceServer.class);
                if (body != null) {
                  NewResourceServer.Checked checked = body.checked();
                  assertThat(NameSyntax.LABEL.matches(checked.id())).isTrue();
                  assertThat(NameSyntax.LABEL.matches(checked.type())).isTrue();
                  if (checked.connectionFactory() != null) {
                    assertThat(checked.connectionFactory())
                        .startsWith("java:/heliogate/rs/")
                        .hasSizeLessThan(256);
                  }
                }
              });
        });
  }

  @Test
  void readWhenRevocationIsHostileThenRefusedOrRead() {
    Cases.each(
        chance -> {
          String json =
              JsonText.object().withText("reason", chance.text()).mutated(chance).broken(chance);
          refusedOr(() -> assertThat(Revocation.read(json.getBytes(UTF_8))).isNotNull());
        });
  }

  @Test
  void pageWhenQueryIsHostileThenRefusedOrWithinItsBounds() {
    Cases.each(
        chance -> {
          String cursor = Cursor.write("audit-events", "1234567");
          MultivaluedMap<String, String> query = new MultivaluedHashMap<>();
          query.add("limit", chance.of("1", "1000", chance.number(), chance.text()));
          query.add(
              "cursor",
              chance.of(
                  cursor,
                  Mutations.text(chance, cursor),
                  Cursor.write("audit-events", chance.text()),
                  Cursor.write("clients", "1")));
          if (chance.oneIn(9)) {
            query.add(chance.of("limit", "cursor", chance.text()), chance.text());
          }
          refusedOr(
              () -> {
                PageQuery page = PageQuery.of("audit-events", FormParameters.of(query));
                assertThat(page.limit()).isBetween(1, 1_000);
                assertThat(page.after()).hasSizeLessThanOrEqualTo(256).doesNotContain("\0");
                assertThat(page.before()).isPositive();
              });
        });
  }

  @Test
  void matchWhenTagsAreHostileThenRefusedOrOneOfThose() {
    Cases.each(
        chance -> {
          String header = Mutations.text(chance, chance.of("\"7\"", "W/\"7\", \"8\"", "*", ""));
          List<String> headers = chance.of(List.of(header), List.of(header, chance.text()));
          refusedOr(
              () -> {
                if (EntityTags.match(headers, List.of("7"))) {
                  assertThat(String.join(",", headers)).contains("\"7\"");
                }
              });
          refusedOr(() -> assertThat(EntityTags.known(headers, "7")).isIn(true, false));
        });
  }

  /** What is done with an input. */
  private interface Reading {
    void run() throws JsonProcessingException;
  }

  private static void refusedOr(Reading reading) {
    try {
      reading.run();
    } catch (RequestException e) {
      assertThat(e.code()).isIn(REFUSALS);
      assertThat(e.getMessage()).hasSizeLessThan(300);
    } catch (JsonProcessingException e) {
      // The edge answers 400 and repeats nothing of this message; see JsonFailureMapperTest.
      assertThat(e).isNotNull();
    }
  }

  private static void checkRegistrable(Registration registration) {
    assertThat(registration.name()).isNotBlank().hasSizeLessThanOrEqualTo(128);
    assertThat(UTF_8.newEncoder().canEncode(registration.name())).isTrue();
    assertThat(registration.roles()).hasSizeLessThanOrEqualTo(64).doesNotContainNull();
    assertThat(registration.authentication()).isNotEmpty();
    assertThat(registration.scope())
        .isNotEmpty()
        .allMatch(Set.of("uma_authorization", "admin", "admin:read")::contains);
  }

  private static String list(Chance chance, String... texts) {
    return chance.oneIn(3)
        ? JsonText.value(chance)
        : '[' + JsonText.quoted(chance.of(texts)) + ',' + JsonText.value(chance) + ']';
  }
}
