package org.heliogate.authz.ca;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

/**
 * The inventory as CSV (RFC 4180), page by page, so that neither memory nor a transaction grows
 * with it. What is issued or changed meanwhile may or may not be in it.
 */
@ApplicationScoped
public class CertificateExport {

  private static final int PAGE = 1_000;

  /** Characters at which spreadsheets begin to calculate. */
  private static final String FORMULA = "=+-@\t\r";

  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180
          .builder()
          .setHeader(
              "serial",
              "issuer_ski",
              "profile",
              "username",
              "client_id",
              "device",
              "status",
              "not_before",
              "not_after",
              "revoked_at",
              "reason",
              "held_by",
              "created_at")
          .get();

  private final CertificateInventory inventory;

  /** An export of the given inventory. */
  @Inject
  public CertificateExport(CertificateInventory inventory) {
    this.inventory = inventory;
  }

  /**
   * Writes a header row and one row for each certificate, the newest first. A value at which a
   * spreadsheet would begin to calculate has an apostrophe before it.
   *
   * @param filter which
   * @param out stays open
   * @throws IOException if it cannot be written to
   */
  public void write(CertificateFilter filter, OutputStream out) throws IOException {
    BufferedWriter writer = new BufferedWriter(new OutputStreamWriter(out, UTF_8));
    CSVPrinter printer = new CSVPrinter(writer, FORMAT);
    long before = Long.MAX_VALUE;
    List<CertificateRecord> page;
    do {
      page = inventory.page(filter, before, PAGE);
      for (CertificateRecord row : page) {
        printer.printRecord(
            row.serial(),
            row.issuerSki(),
            row.profile(),
            text(row.username()),
            text(row.clientId()),
            text(row.masterId()),
            name(row.status()),
            row.notBefore(),
            row.notAfter(),
            time(row.revokedAt()),
            text(row.reason()),
            name(row.heldBy()),
            row.createdAt());
        before = row.id();
      }
    } while (page.size() == PAGE);
    writer.flush();
  }

  private static String text(@Nullable String value) {
    if (value == null || value.isEmpty()) {
      return "";
    }
    return FORMULA.indexOf(value.charAt(0)) < 0 ? value : '\'' + value;
  }

  private static String time(@Nullable Instant value) {
    return value == null ? "" : value.toString();
  }

  private static String name(@Nullable Enum<?> value) {
    return value == null ? "" : value.name().toLowerCase(Locale.ROOT);
  }
}
