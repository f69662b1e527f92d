package org.heliogate.authz.device.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.heliogate.authz.device.manifest.Manifests.P256;
import static org.heliogate.authz.device.manifest.Manifests.SECRET;
import static org.heliogate.authz.device.manifest.Manifests.csv;
import static org.heliogate.authz.device.manifest.Manifests.element;
import static org.heliogate.authz.device.manifest.Manifests.hash;
import static org.heliogate.authz.device.manifest.Manifests.json;
import static org.heliogate.authz.device.manifest.Manifests.jwk;
import static org.heliogate.authz.device.manifest.Manifests.line;
import static org.heliogate.authz.device.manifest.Manifests.lines;
import static org.heliogate.authz.device.manifest.Manifests.ndjson;
import static org.heliogate.authz.device.manifest.Manifests.pem;
import static org.heliogate.authz.device.manifest.Manifests.stream;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import org.heliogate.fuzz.Cases;
import org.heliogate.fuzz.Mutations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {

  private static final String CSV_HEADER =
      "master_id,public_key,pin,otp_secret,workflows,attributes.site,attributes.line\r\n";

  @Test
  void nextWhenLineIsCompleteThenElement() {
    SecureElementRecord element = element(ndjson(line("SE-000001")).get(0));

    assertThat(element.masterId()).isEqualTo("SE-000001");
    assertThat(element.pin()).contains("493027");
    assertThat(element.otpSecret().orElseThrow()).hasSize(32);
    assertThat(element.workflows()).containsExactly("state-estimation", "metering");
    assertThat(element.attributes()).containsEntry("site", "north").containsEntry("line", "7");
    assertThat(element.contentHash()).hasSize(32);
    assertThat(element.toString()).doesNotContain("493027").contains("SE-000001");
  }

  @Test
  void nextWhenOnlyTheNeededMembersAreThereThenElement() {
    for (String members :
        new String[] {
          "", ",\"pin\":null,\"otp_secret\":null,\"workflows\":null,\"attributes\":null"
        }) {
      SecureElementRecord element = element(ndjson(line(jwk(P256), members)).get(0));
      assertThat(element.pin()).isEmpty();
      assertThat(element.otpSecret()).isEmpty();
      assertThat(element.workflows()).isEmpty();
      assertThat(element.attributes()).isEmpty();
    }
  }

  @Test
  void nextWhenManifestIsCsvThenSameContentAsNdjson() {
    String row =
        "SE-000001,\"" + pem(P256) + "\",493027," + SECRET + ",state-estimation;metering,north,7";
    List<ManifestLine> lines =
        csv("\uFEFF" + CSV_HEADER + row + "\r\n\r\nSE-2," + jwkField() + ",,,,,\r\n");

    assertThat(lines).extracting(ManifestLine::number).containsExactly(2L, 8L);
    SecureElementRecord element = element(lines.get(0));
    assertThat(element.contentHash())
        .isEqualTo(element(ndjson(line("SE-000001")).get(0)).contentHash());
    SecureElementRecord other = element(lines.get(1));
    assertThat(other.masterId()).isEqualTo("SE-2");
    assertThat(other.pin()).isEmpty();
    assertThat(other.workflows()).isEmpty();
    assertThat(other.attributes()).isEmpty();
  }

  @Test
  void contentHashWhenAnythingChangesThenDifferent() {
    String line = line("SE-000001");
    byte[] hash = element(ndjson(line).get(0)).contentHash();

    for (String[] change :
        new String[][] {
          {"SE-000001", "SE-000002"},
          {"493027", "493028"},
          {"\"pin\":\"493027\",", ""},
          {"AAAA\"", "AAAB\""},
          {"\"state-estimation\",\"metering\"", "\"metering\",\"state-estimation\""},
          {"north", "south"},
          {"\"site\":\"north\",\"line\":\"7\"", "\"site\":\"7\",\"line\":\"north\""}
        }) {
      String secret = Base64.getEncoder().encodeToString(new byte[30]);
      String before = line.replace(SECRET, secret);
      byte[] reference = element(ndjson(before).get(0)).contentHash();
      String changed = before.replace(change[0], change[1]);
      assertThat(changed).isNotEqualTo(before);
      assertThat(element(ndjson(changed).get(0)).contentHash()).isNotEqualTo(reference);
    }
    assertThat(
            element(lines(ManifestReader.ofNdjson(stream(line), hash("other"))).get(0))
                .contentHash())
        .isNotEqualTo(hash);
    String reordered =
        line.replace("\"site\":\"north\",\"line\":\"7\"", "\"line\":\"7\",\"site\":\"north\"")
            .replace(json(pem(P256)), jwk(P256));
    assertThat(element(ndjson(reordered).get(0)).contentHash()).isEqualTo(hash);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        ",\"foo\":1|unknown member foo",
        ",\"493027x\":1|unknown member",
        ",\"pin\":493027|pin is not a text",
        ",\"pin\":\"123\"|pin is not 4 to 16",
        ",\"pin\":\"12345678901234567\"|pin is not 4 to 16",
        ",\"pin\":\"12 45\"|pin is not 4 to 16",
        ",\"pin\":\"12é45\"|pin is not 4 to 16",
        ",\"otp_secret\":\"!!!!\"|otp_secret is not base64",
        ",\"otp_secret\":\"AAAA\"|otp_secret has not 16 to 64 bytes",
        ",\"otp_secret\":[]|otp_secret is not a text",
        ",\"workflows\":\"w\"|workflows is not a list",
        ",\"workflows\":[1]|workflows has an entry that does not match",
        ",\"workflows\":[\"W\"]|workflows has an entry that does not match",
        ",\"workflows\":[\"w\",\"w\"]|workflows has an entry twice",
        ",\"attributes\":[]|attributes is not an object",
        ",\"attributes\":{\"a b\":\"x\"}|attributes has a name",
        ",\"attributes\":{\"a\":1}|attributes has a value",
        ",\"attributes\":{\"a\":\"x\\ny\"}|attributes has a value",
        ",\"attributes\":{\"a\":\"\\ud800\"}|attributes has a value",
        ",\"attributes\":{\"a\":\"x\",\"a\":\"y\"}|a member is there twice",
        ",\"pin\":\"493027\",\"pin\":\"493027\"|a member is there twice",
        ",\"master_id\":\"SE-2\"|a member is there twice",
        "} {|not one JSON object",
        ",\"attributes\":{\"a\":[[[[[[[[[[]]]]]]]]]]}|not one JSON object",
      })
  void nextWhenMemberIsFaultyThenDetailWithoutValues(String members, String detail) {
    ManifestLine line = ndjson(line(jwk(P256), members)).get(0);

    assertThat(line)
        .isInstanceOfSatisfying(
            ManifestLine.Fault.class,
            fault ->
                assertThat(fault.detail())
                    .startsWith(detail)
                    .doesNotContain("493027")
                    .doesNotContain("!!!!"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "../x", "a/b", "+", "#", "a b", "é", "${device.id}", "a\\n", "$x"})
  void nextWhenMasterIdIsHostileThenFault(String id) {
    String line = line("SE-1").replace("SE-1", id);
    assertThat(ndjson(line).get(0))
        .isInstanceOfSatisfying(
            ManifestLine.Fault.class,
            fault -> assertThat(fault.detail()).startsWith("master_id is malformed"));
  }

  @Test
  void nextWhenSomeLinesAreBrokenThenTheOthersAreRead() {
    String text =
        String.join(
            "\n",
            line("SE-1"),
            "",
            "{\"pin\":\"49302",
            "   ",
            "{\"master_id\":\"" + "x".repeat(70_000) + "\"}",
            "[]",
            line("SE-2") + "\r",
            "Unrecognized493027",
            line("SE-3"));
    List<ManifestLine> lines = ndjson(text);

    assertThat(lines).extracting(ManifestLine::number).containsExactly(1L, 3L, 5L, 6L, 7L, 8L, 9L);
    assertThat(lines)
        .filteredOn(ManifestLine.Element.class::isInstance)
        .extracting(line -> element(line).masterId())
        .containsExactly("SE-1", "SE-2", "SE-3");
    assertThat(lines.toString()).doesNotContain("49302").contains("longer than 65536 bytes");
  }

  @Test
  void nextWhenLineIsNotUtf8ThenFaultOfThatLine() {
    byte[] latin1 =
        (line("SE-1").replace("north", "n\u00f6rd") + "\n" + line("SE-2"))
            .getBytes(StandardCharsets.ISO_8859_1);
    List<ManifestLine> lines =
        lines(ManifestReader.ofNdjson(new ByteArrayInputStream(latin1), hash("k")));

    assertThat(lines.get(0)).isEqualTo(new ManifestLine.Fault(1, "not UTF-8"));
    assertThat(element(lines.get(1)).masterId()).isEqualTo("SE-2");
  }

  @Test
  void nextWhenLineHasExactlyTheBoundThenRead() {
    String line = line("SE-1");
    for (int extra : new int[] {0, 1}) {
      String padded = line + " ".repeat(RecordSplitter.MAX_RECORD_BYTES - line.length() + extra);
      List<ManifestLine> lines = ndjson(padded + "\r\n" + line("SE-2"));
      assertThat(lines.get(0) instanceof ManifestLine.Element).isEqualTo(extra == 0);
      assertThat(element(lines.get(1)).masterId()).isEqualTo("SE-2");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SE-1,key,493027",
        "master_id,pin",
        "master_id,public_key,public_key",
        "master_id,public_key,attributes",
        "master_id,public_key,attributes.",
        "master_id,public_key,attributes.a b",
        "Master_ID,public_key",
        "\"master_id"
      })
  void nextWhenCsvHeaderIsFaultyThenOneFaultWithoutItsText(String header) {
    assertThat(csv(header + "\nSE-1,x,y\nSE-2,x,y\n"))
        .singleElement()
        .isInstanceOfSatisfying(
            ManifestLine.Fault.class,
            fault ->
                assertThat(fault.detail())
                    .endsWith("nothing was read")
                    .doesNotContain("493027")
                    .doesNotContain("SE-1"));
  }

  @Test
  void nextWhenCsvRowsAreBrokenThenTheOthersAreRead() {
    String good = "," + jwkField() + ",,,w,,\n";
    List<ManifestLine> lines =
        csv(
            CSV_HEADER
                + ("SE-1" + good)
                + "SE-2,too,few\n"
                + "SE-3,\"x\"y,493027,,,,\n"
                + ("SE-4" + good)
                + "SE-5,a\rb,,,,,\n"
                + ("SE-6" + good.replace(",w,", ",w;w,"))
                + ("SE-7" + good.replace(",w,", ",w;,"))
                + ("SE-8" + good));

    assertThat(lines)
        .filteredOn(ManifestLine.Element.class::isInstance)
        .extracting(line -> element(line).masterId())
        .containsExactly("SE-1", "SE-4", "SE-8");
    assertThat(lines)
        .extracting(ManifestLine::number)
        .containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    assertThat(lines.toString()).doesNotContain("493027");
  }

  @Test
  void nextWhenCsvQuoteIsNotClosedThenTheLinesItSwallowedAreNamed() {
    String good = "," + jwkField() + ",,,w,,\n";
    StringBuilder text = new StringBuilder(CSV_HEADER).append("SE-0,\"open,,,,,\n");
    text.append("x".repeat(99).concat("\n").repeat(700)).append("SE-1").append(good);
    List<ManifestLine> lines = csv(text.toString());

    assertThat(lines.get(0))
        .isInstanceOfSatisfying(
            ManifestLine.Fault.class,
            fault ->
                assertThat(fault.detail()).contains("a quote not closed; lines 2 to 658 were"));
    assertThat(element(lines.get(lines.size() - 1)).masterId()).isEqualTo("SE-1");

    assertThat(csv(CSV_HEADER + "SE-0,\"open\nSE-1,x"))
        .containsExactly(
            new ManifestLine.Fault(2, "a quote is not closed; lines 2 to 3 were passed over"));
  }

  @Test
  void nextWhenManifestIsTooLargeThenLastLineSaysSo() {
    String text = line("SE-1") + "\n" + line("SE-2") + "\n";
    List<ManifestLine> lines =
        lines(ManifestReader.bounded(stream(text), false, line("SE-1").length() + 10L, hash("k")));

    assertThat(lines).hasSize(2);
    assertThat(element(lines.get(0)).masterId()).isEqualTo("SE-1");
    assertThat(((ManifestLine.Fault) lines.get(1)).detail()).contains("larger than");
  }

  @Test
  void nextWhenManifestIsLongThenItIsStreamed() throws Exception {
    byte[] line = (line("SE-1") + "\n").getBytes(StandardCharsets.UTF_8);
    int count = 5_000;
    InputStream repeated =
        new SequenceInputStream(
            Collections.enumeration(
                Collections.nCopies(count, line).stream().map(ByteArrayInputStream::new).toList()));
    try (ManifestReader reader = ManifestReader.ofNdjson(repeated, hash("k"))) {
      int read = 0;
      while (reader.hasNext()) {
        assertThat(reader.next().number()).isEqualTo(++read);
      }
      assertThat(read).isEqualTo(count);
      assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(reader::next);
    }
  }

  @Test
  void hasNextWhenInputBreaksThenUncheckedIo() {
    PipedInputStream broken = new PipedInputStream();
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> ManifestReader.ofNdjson(broken, hash("k")).hasNext());
  }

  @Test
  void nextWhenInputIsRandomThenNothingEscapesAndNoSecretShows() {
    String csv = CSV_HEADER + "SE-1,\"" + pem(P256) + "\",493027," + SECRET + ",a;b,north,7\n";
    String json = line("SE-1") + "\n" + line("SE-2");
    Cases.each(
        chance -> {
          chance.secret("493027");
          boolean isCsv = chance.oneIn(2);
          byte[] bytes =
              Mutations.bytes(chance, (isCsv ? csv : json).getBytes(StandardCharsets.UTF_8));
          for (ManifestLine line :
              lines(
                  ManifestReader.bounded(
                      new ByteArrayInputStream(bytes), isCsv, 5_000, hash("k")))) {
            if (line instanceof ManifestLine.Fault fault) {
              chance.assertKept("fault", fault.detail());
            }
          }
        });
  }

  private static String jwkField() {
    return "\"" + jwk(P256).replace("\"", "\"\"") + "\"";
  }
}
