package org.heliogate.authz.workflow;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says that a workflow document is refused, with every fault that was found in it. */
public final class InvalidWorkflowException extends Exception {

  private static final long serialVersionUID = 1L;
  private static final int SHOWN_IN_MESSAGE = 10;

  private final ArrayList<Fault> faults;

  /**
   * @throws IllegalArgumentException if there is no fault
   */
  InvalidWorkflowException(List<Fault> faults) {
    super(message(faults));
    if (faults.isEmpty()) {
      throw new IllegalArgumentException("an invalid document has at least one fault");
    }
    this.faults = new ArrayList<>(faults);
  }

  /** The faults in the order of the document; at least one. */
  public List<Fault> faults() {
    return Collections.unmodifiableList(faults);
  }

  private static String message(List<Fault> faults) {
    String shown =
        faults.stream()
            .limit(SHOWN_IN_MESSAGE)
            .map(Fault::toString)
            .collect(Collectors.joining("; "));
    int more = faults.size() - SHOWN_IN_MESSAGE;
    return "the workflow document is invalid: "
        + shown
        + (more > 0 ? "; and " + more + " more" : "");
  }

  /**
   * One fault.
   *
   * @param path where, as a JSON pointer (RFC 6901) into the document; empty for the whole document
   * @param reason what is wrong, one line for people
   * @param line the line in the YAML text from 1; null where no line can be named
   * @param column the column in that line from 1; null exactly if {@code line} is
   */
  public record Fault(String path, String reason, @Nullable Integer line, @Nullable Integer column)
      implements Serializable {

    /** For example {@code /roles/reader (line 5, column 3): reason}. */
    @Override
    public String toString() {
      String where = line == null ? "" : " (line " + line + ", column " + column + ")";
      return (path.isEmpty() ? "document" : path) + where + ": " + reason;
    }
  }
}
