package org.heliogate.authz.workflow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.heliogate.authz.workflow.InvalidWorkflowException.Fault;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** The faults found so far in one document, and where in the text each of its nodes starts. */
final class DocumentFaults {

  private record Position(int line, int column) {}

  private static final Comparator<Fault> IN_TEXT_ORDER =
      Comparator.comparing(Fault::line, Comparator.nullsLast(Comparator.naturalOrder()))
          .thenComparing(Fault::column, Comparator.nullsLast(Comparator.naturalOrder()));

  private final Map<String, Position> positions = new HashMap<>();
  private final List<Fault> faults = new ArrayList<>();

  /** The pointer to a member or item of what {@code pointer} points to (RFC 6901 §3). */
  static String child(String pointer, String name) {
    return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
  }

  static String child(String pointer, int index) {
    return pointer + "/" + index;
  }

  void locate(String pointer, Optional<Mark> mark) {
    mark.ifPresent(at -> positions.put(pointer, new Position(at.getLine(), at.getColumn())));
  }

  /** Adds a fault of a node; its line is that of the node or of the nearest one around it. */
  void add(String pointer, String reason) {
    Position position = positions.get(pointer);
    for (String around = pointer; position == null && !around.isEmpty(); ) {
      around = around.substring(0, Math.max(around.lastIndexOf('/'), 0));
      position = positions.get(around);
    }
    add(pointer, reason, position);
  }

  /** Adds a fault at a place in the text. */
  void add(String pointer, String reason, Optional<Mark> mark) {
    Position position = mark.map(at -> new Position(at.getLine(), at.getColumn())).orElse(null);
    add(pointer, reason, position);
  }

  boolean isEmpty() {
    return faults.isEmpty();
  }

  /** The exception that lists all faults in the order of the text. */
  InvalidWorkflowException exception() {
    return new InvalidWorkflowException(faults.stream().distinct().sorted(IN_TEXT_ORDER).toList());
  }

  private void add(String pointer, String reason, @Nullable Position position) {
    faults.add(
        new Fault(
            visible(pointer),
            visible(reason),
            position == null ? null : position.line() + 1,
            position == null ? null : position.column() + 1));
  }

  /** Replaces what could break a line, a terminal or a console page by its code. */
  private static String visible(String text) {
    StringBuilder result = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            code -> {
              int type = Character.getType(code);
              if (Character.isISOControl(code)
                  || type == Character.FORMAT
                  || type == Character.SURROGATE
                  || type == Character.LINE_SEPARATOR
                  || type == Character.PARAGRAPH_SEPARATOR) {
                result.append(String.format("\\u%04X", code));
              } else {
                result.appendCodePoint(code);
              }
            });
    return result.toString();
  }
}
