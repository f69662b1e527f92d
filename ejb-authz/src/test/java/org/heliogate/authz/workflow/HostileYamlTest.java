package org.heliogate.authz.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.heliogate.authz.workflow.WorkflowSamples.PARSER;
import static org.heliogate.authz.workflow.WorkflowSamples.STATE_ESTIMATION;
import static org.heliogate.authz.workflow.WorkflowSamples.parse;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.heliogate.authz.workflow.InvalidWorkflowException.Fault;
import org.heliogate.fuzz.Cases;
import org.heliogate.fuzz.Chance;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileYamlTest {

  private static final String HEAD = "heliogate: 1\nworkflow: w\nroles: {r: {grants: []}}\n";

  @Test
  void parseWhenAliasesExplodeThenRefusedQuickly() {
    StringBuilder yaml = new StringBuilder(HEAD).append("a: &a [x,x,x,x,x,x,x,x,x,x]\n");
    for (char c = 'b'; c <= 'z'; c++) {
      String before = "*" + (char) (c - 1);
      yaml.append(c).append(": &").append(c).append(" [");
      yaml.append(String.join(",", java.util.Collections.nCopies(10, before))).append("]\n");
    }

    List<Fault> faults =
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> faults(yaml.toString()));

    assertThat(faults).last().extracting(Fault::reason).asString().contains("10000 nodes");
  }

  @Test
  void parseWhenAliasIsUsedOnceThenItIsExpanded() throws Exception {
    WorkflowDocument document =
        parse(
            """
            heliogate: 1
            workflow: w
            roles:
              a: &role { grants: [{ resource-server: mqtt, resource: t, scopes: [publish] }] }
              b: *role
            """);

    assertThat(document.roles().get("b")).isEqualTo(document.roles().get("a"));
    assertThat(document.roleDigest("a")).isEqualTo(document.roleDigest("b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a: &a [*a]", "a: *missing", "&a a: b", "? [1, 2]\n: x", "!!str a: b"})
  void parseWhenAliasesOrKeysAreOddThenRefused(String line) {
    assertThat(faults(HEAD + line + "\n")).isNotEmpty();
  }

  @Test
  void parseWhenNestingIsDeepThenRefusedQuickly() {
    for (String deep :
        new String[] {
          "a: " + "[".repeat(30_000) + "]".repeat(30_000),
          "a: " + "{a: ".repeat(15_000) + "}".repeat(15_000),
          "a:\n" + " - ".repeat(20_000) + "x",
          "[".repeat(65_000)
        }) {
      List<Fault> faults =
          Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> faults(HEAD + deep));
      assertThat(faults).isNotEmpty();
    }
    assertThat(faults(HEAD + "a: " + "[".repeat(30) + "]".repeat(30)))
        .last()
        .extracting(Fault::reason)
        .asString()
        .contains("16 levels");
  }

  @Test
  void parseWhenKeyIsThereTwiceThenPathAndLine() {
    String twice =
        STATE_ESTIMATION.replace("  return-pin: true", "  return-pin: true\n  clients: []");

    assertThat(faults(twice))
        .singleElement()
        .satisfies(
            fault -> {
              assertThat(fault.path()).isEqualTo("/bootstrap/clients");
              assertThat(fault.reason()).isEqualTo("the key is there twice");
              assertThat(fault.line()).isEqualTo(21);
              assertThat(fault.column()).isEqualTo(3);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL ['http://localhost/']]]]",
        "!!java.lang.Runtime x",
        "!<tag:yaml.org,2002:binary> aGVsbG8=",
        "!local x",
        "! x",
        "!!set {a, b}",
        "!!omap [a: b]",
        "!!int x",
        "!!bool 'no'",
        "!!null 0",
        "!%FF x",
        "!<%> x",
        "!x%20 x",
        "!<%0A> x",
        "!%20x [a]",
        "!x%09 {a: b}"
      })
  void parseWhenThereIsATagThenRefused(String value) {
    assertThat(faults(HEAD + "description: " + value + "\n")).isNotEmpty();
  }

  @Test
  void parseWhenTagIsOfTheJsonSchemaThenAccepted() throws Exception {
    assertThat(parse(HEAD + "description: !!str 12\n").description()).isEqualTo("12");
  }

  @Test
  void parseWhenMergeKeyThenUnknownMember() {
    String merged =
        """
        heliogate: 1
        workflow: w
        roles:
          a: &a { grants: [] }
          b: { <<: *a }
        """;
    assertThat(faults(merged)).extracting(Fault::path).contains("/roles/b/<<", "/roles/b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"no", "yes", "on", "0x10", "0o7", "2026-01-01", "1_000", "~x", "Null"})
  void parseWhenTextLooksLikeAnotherTypeThenText(String lookalike) throws Exception {
    assertThat(parse(HEAD + "description: " + lookalike + "\n").description()).isEqualTo(lookalike);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1", "true", "null", "", "1.5", "1e5", ".inf", ".nan", "99999999999999999999"})
  void parseWhenTextIsOfAnotherTypeThenRefused(String value) {
    assertThat(faults(HEAD + "description: " + value + "\n"))
        .extracting(Fault::path)
        .contains("/description");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1e999999999", "1.0e400", "-1", "true", "'1'", "1.5", "99999999999999999"})
  void parseWhenFormatIsOddThenRefusedQuickly(String format) {
    List<Fault> faults =
        Assertions.assertTimeoutPreemptively(
            Duration.ofSeconds(10),
            () -> faults(HEAD.replace("heliogate: 1", "heliogate: " + format)));
    assertThat(faults).extracting(Fault::path).contains("/heliogate");
  }

  @Test
  void parseWhenNamesHaveALineBreakThenRefused() {
    assertThat(faults(HEAD.replace("workflow: w", "workflow: \"w\\n\"")))
        .extracting(Fault::path)
        .containsExactly("/workflow");
    assertThat(faults(HEAD.replace("{r:", "{\"r\\n\":")))
        .extracting(Fault::path)
        .containsExactly("/roles/r\\u000A");
  }

  @Test
  void parseWhenKeyIsHugeThenRefusedWithoutEchoingIt() {
    for (int length : new int[] {129, 1000, 2000, 50_000}) {
      String key = "k".repeat(length);
      assertThat(faults(HEAD + key + ": x\n"))
          .noneSatisfy(fault -> assertThat(fault.toString()).contains("kkkk"));
      assertThat(faults(HEAD + "? " + key + "\n: x\n"))
          .noneSatisfy(fault -> assertThat(fault.toString()).contains("kkkk"));
    }
  }

  @Test
  void parseWhenBytesAreNoPlainUtf8ThenRefused() {
    byte[] valid = HEAD.getBytes(StandardCharsets.UTF_8);
    byte[] withBom = ("\uFEFF" + HEAD).getBytes(StandardCharsets.UTF_8);
    byte[] withNul = (HEAD + "# \0\n").getBytes(StandardCharsets.UTF_8);
    byte[] utf16 = HEAD.getBytes(StandardCharsets.UTF_16);
    byte[] latin1 = (HEAD + "description: \u00e9\n").getBytes(StandardCharsets.ISO_8859_1);
    byte[] large = Arrays.copyOf(valid, WorkflowParser.MAX_BYTES + 1);
    Arrays.fill(large, valid.length, large.length, (byte) '\n');

    for (byte[] refused : List.of(withBom, withNul, utf16, latin1, large, new byte[0])) {
      assertThat(
              catchThrowableOfType(
                  InvalidWorkflowException.class, () -> PARSER.parse(refused, null, id -> true)))
          .isNotNull();
    }
    byte[] atTheBound = Arrays.copyOf(large, WorkflowParser.MAX_BYTES);
    Assertions.assertDoesNotThrow(() -> PARSER.parse(atTheBound, null, id -> true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"---\na: b\n", "...\n---\n", "%YAML 3.0\n---\na\n", "\u0007", "a: b: c", "'"})
  void parseWhenTextIsNotOneDocumentThenRefused(String tail) {
    assertThat(faults(HEAD + tail)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# only a comment", "null", "[]", "text", "1", "---", "%TAG ! x"})
  void parseWhenRootIsNoWorkflowThenRefused(String yaml) {
    assertThat(faults(yaml)).isNotEmpty();
  }

  @Test
  void parseWhenACharacterIsOfTwoHalvesThenAcceptedWhereverItStands() throws Exception {
    String pairs = "\uD83D\uDE00".repeat(1_100);
    for (String before : List.of("", " ")) {
      assertThat(parse(HEAD + "#" + before + pairs + "\ndescription: a\n").description())
          .isEqualTo("a");
    }
  }

  @Test
  void parseWhenInputIsRandomThenOnlyTheDeclaredException() {
    Cases.each(
        chance -> {
          byte[] bytes = mutated(chance);
          try {
            WorkflowDocument document = PARSER.parse(bytes, null, id -> !chance.oneIn(8));
            assertThat(document.digest()).hasSize(64);
          } catch (InvalidWorkflowException e) {
            assertThat(e.faults()).isNotEmpty();
          }
        });
  }

  private static byte[] mutated(Chance chance) {
    String alphabet = "\n\n  :-{}[],&*!|>'\"%@`#$?.<0123eE~tfna\u00e9\t\\";
    StringBuilder text = new StringBuilder(chance.oneIn(4) ? "" : STATE_ESTIMATION);
    for (int edits = chance.below(12) + 1; edits > 0; edits--) {
      int at = chance.below(text.length() + 1);
      switch (chance.below(5)) {
        case 0 -> text.insert(at, alphabet.charAt(chance.below(alphabet.length())));
        case 1 -> text.delete(at, Math.min(text.length(), at + chance.below(8)));
        case 2 -> text.insert(at, text.substring(at, Math.min(text.length(), at + 40)));
        case 3 -> text.insert(at, chance.text());
        default -> text.insert(at, (char) chance.below(0x10000));
      }
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (chance.oneIn(10) && bytes.length > 0) {
      bytes[chance.below(bytes.length)] = (byte) chance.below(256);
    }
    return bytes;
  }

  private static List<Fault> faults(String yaml) {
    InvalidWorkflowException thrown =
        catchThrowableOfType(InvalidWorkflowException.class, () -> parse(yaml));
    assertThat(thrown).as("parsed: %s", yaml.length() > 300 ? "…" : yaml).isNotNull();
    return thrown.faults();
  }
}
