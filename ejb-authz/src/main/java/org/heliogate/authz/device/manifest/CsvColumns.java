package org.heliogate.authz.device.manifest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.heliogate.authz.resource.NameSyntax;

/**
 * The columns of a CSV manifest, from its header row: the members' names but {@code attributes},
 * whose members each have a column {@code attributes.NAME}. In any order; {@code master_id} and
 * {@code public_key} are needed.
 */
final class CsvColumns {

  private static final String ATTRIBUTE = "attributes.";
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180.builder().setIgnoreEmptyLines(false).get();

  private final List<String> names;

  private CsvColumns(List<String> names) {
    this.names = List.copyOf(names);
  }

  /** Reads the header row. A message names columns by number: a first row may be data. */
  static CsvColumns of(String header) throws FaultyLineException {
    List<String> names = fields(header);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      boolean attribute =
          name.startsWith(ATTRIBUTE)
              && NameSyntax.IDENTIFIER.matches(name.substring(ATTRIBUTE.length()));
      boolean member = ElementMembers.NAMES.contains(name) && !name.equals("attributes");
      if (!attribute && !member) {
        throw new FaultyLineException(
            "the header's column "
                + (i + 1)
                + " is none of master_id, public_key, pin, otp_secret, workflows, attributes.NAME");
      }
      if (!seen.add(name)) {
        throw new FaultyLineException("the header's column " + (i + 1) + " is there twice");
      }
    }
    if (!seen.contains("master_id") || !seen.contains("public_key")) {
      throw new FaultyLineException("the header has no master_id or no public_key");
    }
    return new CsvColumns(names);
  }

  /** A row's members as NDJSON would have them; an empty field is an absent member. */
  ObjectNode members(String row, JsonLines json) throws FaultyLineException {
    List<String> fields = fields(row);
    if (fields.size() != names.size()) {
      throw new FaultyLineException(
          fields.size() + " fields, but the header has " + names.size() + " columns");
    }
    ObjectNode members = json.newObject();
    ObjectNode attributes = json.newObject();
    for (int i = 0; i < fields.size(); i++) {
      String name = names.get(i);
      String field = fields.get(i);
      if (field.isEmpty()) {
        continue;
      }
      if (name.startsWith(ATTRIBUTE)) {
        attributes.put(name.substring(ATTRIBUTE.length()), field);
      } else if (name.equals("workflows")) {
        ArrayNode workflows = members.putArray(name);
        for (String workflow : field.split(";", -1)) {
          workflows.add(workflow);
        }
      } else {
        members.put(name, field);
      }
    }
    members.set("attributes", attributes);
    return members;
  }

  private static List<String> fields(String record) throws FaultyLineException {
    try (CSVParser parser = CSVParser.parse(record, FORMAT)) {
      List<CSVRecord> records = parser.getRecords();
      if (records.size() == 1) {
        return new ArrayList<>(records.get(0).toList());
      }
    } catch (IOException | UncheckedIOException e) {
      throw new FaultyLineException("not a row of CSV (RFC 4180)");
    }
    throw new FaultyLineException("not one row of CSV (RFC 4180)");
  }
}
