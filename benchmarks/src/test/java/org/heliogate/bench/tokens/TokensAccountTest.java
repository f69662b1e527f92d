package org.heliogate.bench.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.heliogate.bench.tokens.SummaryTest.sample;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensAccountTest {

  private final Level small = Level.of(200, 200);
  private final Level large = Level.of(100_000, 5_000);
  private final TokensAccount account =
      new TokensAccount(
          "Keycloak 1", List.of("Warm."), List.of(small, large), Map.of("syncs", "9"), Map.of());

  private void round(Level level, double ours, double peer) {
    level.addOurs(Map.of(Operation.ACCESS_TOKEN, sample(ours, 10, 0)));
    level.addPeer(Map.of(Operation.ACCESS_TOKEN, sample(peer, 20, 0)));
  }

  private String printed() {
    StringWriter text = new StringWriter();
    account.print(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void printWhenPeerWasMeasuredThenRatioIsTheMedianOfTheRounds() {
    round(small, 5_000, 1_000);
    round(small, 3_000, 500);
    round(small, 700, 100);

    assertThat(printed())
        .contains("rate 6.00 x (rounds: 5.00, 6.00, 7.00), p99 0.50 x")
        .contains("rate 5 x, met; p99 not above the peer's, met");
  }

  @Test
  void printWhenGoalsAreMissedThenSaysSo() {
    round(small, 4_990, 1_000);
    large.addOurs(Map.of(Operation.ACCESS_TOKEN, sample(3_900, 10, 0)));

    assertThat(printed())
        .contains("rate 5 x, missed")
        .contains("100,000 clients and resources (the peer: 5,000)")
        .contains("78 %, goal 80 %, missed");
  }

  @Test
  void printWhenAnswersWereWrongThenMarksTheLineAndSaysWhy() {
    small.addOurs(Map.of(Operation.ACCESS_TOKEN, sample(100, 10, 3, "no access_token")));

    assertThat(printed()).contains("3 (!)").contains("(!) no access_token");
    assertThat(account.wrong()).isEqualTo(3);
  }

  @Test
  void jsonWhenCalledThenHasEveryRound() {
    round(small, 5_000, 1_000);
    round(small, 3_000, 500);
    ObjectNode json = account.json();

    assertThat(json.at("/levels/0/access_token/heliogate/1/per_second").asDouble())
        .isEqualTo(3_000);
    assertThat(json.at("/levels/0/access_token/peer/0/p99_ms").asDouble()).isEqualTo(20);
    assertThat(json.at("/levels/0/access_token/ratio").asDouble()).isEqualTo(5.5);
    assertThat(json.at("/levels/1/peer_clients").asInt()).isEqualTo(5_000);
  }

  @Test
  void populationWhenKeptThenReadAgainUnlessOfAnotherSize(@TempDir Path directory)
      throws Exception {
    Path file = directory.resolve("population.json");
    Population population =
        new Population(
            new Population.Party("rs", "s", ""), List.of(new Population.Party("c", "x", "r")));
    population.write(file);

    assertThat(Population.read(file, 1)).contains(population);
    assertThat(Population.read(file, 2)).isEmpty();
    assertThat(Population.read(directory.resolve("none"), 1)).isEmpty();
    assertThat(population.toString() + population.parties()).doesNotContain("x");
    assertThat(new ObjectMapper().readTree(file.toFile()).size()).isEqualTo(2);
  }
}
