package org.heliogate.authz.ca;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.heliogate.authz.ca.jpa.CertificateEntity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateExportTest {

  @Test
  void writeWhenLongerThanAPageThenEachOnceTheNewestFirst(@TempDir Path directory)
      throws Exception {
    try (CaFixture ca = new CaFixture(directory, null)) {
      ca.run(
          () -> {
            for (int i = 1; i <= 2_500; i++) {
              ca.entityManager.persist(row(ca, i, "hg-" + i));
            }
          });
      assertThat(read(ca))
          .extracting(row -> row.get("username"))
          .hasSize(2_500)
          .doesNotHaveDuplicates()
          .startsWith("hg-2500")
          .endsWith("hg-1");
    }
  }

  @Test
  void writeWhenASpreadsheetWouldCalculateThenWithAnApostrophe(@TempDir Path directory)
      throws Exception {
    List<String> hostile = List.of("=1+1", "+1", "-1", "@x", "\tx", "\rx", "a\"b,c\nd");
    try (CaFixture ca = new CaFixture(directory, null)) {
      ca.run(
          () -> {
            for (int i = 0; i < hostile.size(); i++) {
              ca.entityManager.persist(row(ca, 100 - i, hostile.get(i)));
            }
          });
      assertThat(read(ca).stream().map(row -> row.get("username")).toList())
          .containsExactlyInAnyOrder("'=1+1", "'+1", "'-1", "'@x", "'\tx", "'\rx", "a\"b,c\nd");
    }
  }

  private static CertificateEntity row(CaFixture ca, int serial, String commonName) {
    CertificateEntity row =
        new CertificateEntity(
            BigInteger.valueOf(serial),
            "aa",
            "device-client",
            commonName,
            "key",
            ca.clock.instant(),
            ca.clock.instant().plus(Duration.ofDays(1)),
            ca.clock.instant());
    row.issue(new byte[] {1});
    return row;
  }

  private static List<CSVRecord> read(CaFixture ca) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ca.run(
        () -> {
          try {
            new CertificateExport(ca.inventory()).write(CertificateFilter.ALL, out);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return CSVParser.parse(
            out.toString(UTF_8),
            CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get())
        .getRecords();
  }
}
