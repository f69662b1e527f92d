package org.heliogate.rest.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.rest.wire.FormParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageQueryTest {

  @Test
  void ofWhenNothingIsGivenThenFirstHundred() {
    PageQuery query = PageQuery.of("devices", parameters());
    assertThat(query.limit()).isEqualTo(100);
    assertThat(query.after()).isEmpty();
    assertThat(query.before()).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1001", "99999", "1.5", "ten", "+5", "010", " 5"})
  void ofWhenLimitIsBadThenRefused(String limit) {
    assertRefused(() -> PageQuery.of("devices", parameters("limit", limit)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "1000"})
  void ofWhenLimitIsAtTheBoundThenTaken(String limit) {
    assertThat(PageQuery.of("devices", parameters("limit", limit)).limit())
        .isEqualTo(Integer.parseInt(limit));
  }

  @Test
  void ofWhenLimitIsRepeatedThenRefused() {
    MultivaluedMap<String, String> twice = new MultivaluedHashMap<>();
    twice.put("limit", List.of("1", "2"));
    assertRefused(() -> PageQuery.of("devices", FormParameters.of(twice)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "abc", "ZGV2aWNlczo", "ZGV2aWNlczphYg==", "ZGV2aWNlczphYh", "é"})
  void ofWhenCursorWasNeverGivenThenRefused(String cursor) {
    assertRefused(() -> PageQuery.of("devices", parameters("cursor", cursor)));
  }

  @Test
  void ofWhenCursorIsTooLongThenRefused() {
    String cursor = Cursor.write("devices", "x".repeat(300));
    assertRefused(() -> PageQuery.of("devices", parameters("cursor", cursor)));
  }

  @Test
  void ofWhenCursorIsOfAnotherListThenRefused() {
    String cursor = Cursor.write("clients", "abc");
    assertRefused(() -> PageQuery.of("devices", parameters("cursor", cursor)));
    assertRefused(() -> PageQuery.of("client", parameters("cursor", cursor)));
  }

  @Test
  void beforeWhenCursorIsNoNumberThenRefused() {
    for (String position : List.of("abc", "0", "-5", "9".repeat(19))) {
      PageQuery query =
          PageQuery.of("devices", parameters("cursor", Cursor.write("devices", position)));
      assertRefused(query::before);
    }
  }

  @Test
  void beforeWhenCursorIsANumberThenThatNumber() {
    String cursor = Cursor.write("audit-events", "4711");
    assertThat(PageQuery.of("audit-events", parameters("cursor", cursor)).before()).isEqualTo(4711);
  }

  @Test
  void pageOfWhenFollowedToTheEndThenEachItemOnceAndInOrder() {
    Set<String> all = Set.of("mqtt", "xmpp", "mongo", "amqp", "mqtt-2");
    List<String> seen = new ArrayList<>();
    FormParameters parameters = parameters("limit", "2");
    while (true) {
      Page<String> page =
          PageQuery.of("servers", parameters).pageOf(all, Function.identity(), name -> name);
      seen.addAll(page.items());
      String next = page.nextCursor();
      if (next == null) {
        break;
      }
      assertThat(page.items()).hasSize(2);
      parameters = parameters("limit", "2", "cursor", next);
    }
    assertThat(seen).containsExactly("amqp", "mongo", "mqtt", "mqtt-2", "xmpp");
  }

  @Test
  void pageWhenRowsAreNotShownThenTheCursorStillPassesThem() {
    PageQuery query = PageQuery.of("clients", parameters("limit", "2"));
    Page<String> page =
        query.page(List.of("a", "b"), Function.identity(), row -> row.equals("a"), row -> row);
    assertThat(page.items()).containsExactly("a");
    assertThat(page.nextCursor()).isEqualTo(Cursor.write("clients", "b"));
  }

  private static FormParameters parameters(String... pairs) {
    MultivaluedMap<String, String> map = new MultivaluedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.putSingle(pairs[i], pairs[i + 1]);
    }
    return FormParameters.of(map);
  }

  private static void assertRefused(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
  }
}
