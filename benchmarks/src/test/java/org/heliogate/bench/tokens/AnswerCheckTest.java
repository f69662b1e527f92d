package org.heliogate.bench.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.heliogate.bench.instance.WrongAnswerException;
import org.heliogate.bench.load.Answer;
import org.heliogate.bench.tokens.Population.Party;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerCheckTest {

  private static final Party PARTY = new Party("c-1", "s3cr3t", "r-1");
  private static final String CLAIMS =
      "{'client_id':'c-1','aud':'rs','permissions':[{'resource_id':'r-1','resource_scopes':['read']}]}";

  private final AnswerCheck check = new AnswerCheck(Vocabulary.HELIOGATE, "rs");
  private final AnswerCheck keycloak = new AnswerCheck(Vocabulary.keycloak("bench"), "rs");

  private static Answer answer(int status, String json) {
    return new Answer(status, json.replace('\'', '"').getBytes(UTF_8));
  }

  private static Answer token(String token) {
    return answer(
        200,
        "{'access_token':'%s','token_type':'Bearer','expires_in':300,'scope':'uma_authorization'}"
            .formatted(token));
  }

  private static String jws(String claims) {
    String payload =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.replace('\'', '"').getBytes(UTF_8));
    return "e30." + payload + ".c2lnbmF0dXJl";
  }

  private static void wrong(Runnable checked, String message) {
    assertThatThrownBy(checked::run)
        .isInstanceOf(WrongAnswerException.class)
        .hasMessageContaining(message);
  }

  @Test
  void accessTokenWhenRightThenReturned() {
    assertThat(check.accessToken(token("handle.tag"), PARTY)).isEqualTo("handle.tag");
  }

  @Test
  void accessTokenWhenItCameBeforeThenWrong() {
    check.accessToken(token("handle.tag"), PARTY);

    wrong(() -> check.accessToken(token("handle.tag"), PARTY), "twice");
  }

  @Test
  void accessTokenWhenRefusedThenWrongWithTheReason() {
    Answer refused = answer(401, "{'error':'invalid_client'}");

    wrong(() -> check.accessToken(refused, PARTY), "401, invalid_client");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "no JSON",
        "",
        "{'access_token':'a.b','token_type':'Bearer','expires_in':300,'scope':'admin'}",
        "{'access_token':'a.b','token_type':'DPoP','expires_in':300,'scope':'uma_authorization'}",
        "{'access_token':'a.b','token_type':'Bearer','scope':'uma_authorization'}",
        "{'access_token':'','token_type':'Bearer','expires_in':300,'scope':'uma_authorization'}",
        "{'access_token':'ab','token_type':'Bearer','expires_in':300,'scope':'uma_authorization'}"
      })
  void accessTokenWhenSomethingIsMissingThenWrong(String body) {
    assertThatThrownBy(() -> check.accessToken(answer(200, body), PARTY))
        .isInstanceOf(WrongAnswerException.class);
  }

  @Test
  void accessTokenWhenSignedForAnotherClientThenWrong() {
    keycloak.accessToken(token(jws("{'azp':'c-1'}")), PARTY);

    wrong(() -> keycloak.accessToken(token(jws("{'azp':'c-2'}") + "x"), PARTY), "another client");
  }

  @Test
  void permissionWhenRightThenReturned() {
    assertThat(check.permission(token(jws(CLAIMS)), PARTY).token()).isEqualTo(jws(CLAIMS));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      delimiter = '|',
      value = {
        "'c-1' | 'c-2' | another client",
        "'rs' | 'rs-2' | not for the resource server",
        "'r-1' | 'r-2' | another resource",
        "['read'] | ['write'] | lacks the scope",
        "{'resource_id' | {},{'resource_id' | 2 permissions",
      })
  void permissionWhenOneThingIsOffThenWrong(String right, String off, String message) {
    String claims = CLAIMS.replace(right, off);

    wrong(() -> check.permission(token(jws(claims)), PARTY), message);
  }

  @Test
  void permissionWhenOfThePeerThenReadByItsNames() {
    String claims =
        "{'azp':'c-1','aud':['rs'],'authorization':{'permissions':[{'rsid':'r-1','scopes':['read']}]}}";

    assertThat(keycloak.permission(token(jws(claims)), PARTY).token()).isEqualTo(jws(claims));
    wrong(() -> check.permission(token(jws(claims)), PARTY), "another client");
  }

  @Test
  void permissionWhenNoJwsThenWrong() {
    wrong(() -> check.permission(token("a.b"), PARTY), "not a compact JWS");
    wrong(() -> check.permission(token("a.%.c"), PARTY), "cannot be read");
  }

  @Test
  void ticketWhenItCameBeforeThenWrong() {
    assertThat(check.ticket(answer(201, "{'ticket':'t-1'}"))).isEqualTo("t-1");

    wrong(() -> check.ticket(answer(201, "{'ticket':'t-1'}")), "twice");
    wrong(() -> check.ticket(answer(200, "{'ticket':'t-2'}")), "answered 200");
    wrong(() -> check.ticket(answer(201, "{}")), "no ticket");
  }

  @Test
  void activeWhenNotOrAnothersThenWrong() {
    check.active(answer(200, "{'active':true,'client_id':'c-1'}"), PARTY);

    wrong(() -> check.active(answer(200, "{'active':false}"), PARTY), "not to be active");
    wrong(
        () -> check.active(answer(200, "{'active':true,'client_id':'c-2'}"), PARTY),
        "another client");
    wrong(() -> check.active(answer(500, ""), PARTY), "answered 500");
  }
}
