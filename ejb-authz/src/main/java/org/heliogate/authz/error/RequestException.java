package org.heliogate.authz.error;

import jakarta.ejb.ApplicationException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that is refused. Every service throws this one type; the transaction is rolled back.
 * Neither the description nor a fault ever holds a secret.
 */
@ApplicationException(rollback = true)
public class RequestException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final transient List<Fault> faults;
  private final @Nullable Duration retryAfter;

  /**
   * One fault among several in a document.
   *
   * @param path where it is, a JSON pointer or a member's name
   * @param reason what is wrong and what would be right
   */
  public record Fault(String path, String reason) {}

  /**
   * A refusal.
   *
   * @param code what is wrong
   * @param description for people: what is wrong and what would be right
   */
  public RequestException(ErrorCode code, String description) {
    this(code, description, List.of(), null);
  }

  /** A refusal for several faults at once. */
  public RequestException(ErrorCode code, String description, List<Fault> faults) {
    this(code, description, faults, null);
  }

  /** A refusal that may be repeated after a while. */
  public RequestException(ErrorCode code, String description, Duration retryAfter) {
    this(code, description, List.of(), retryAfter);
  }

  private RequestException(
      ErrorCode code, String description, List<Fault> faults, @Nullable Duration retryAfter) {
    super(description);
    this.code = code;
    this.faults = List.copyOf(faults);
    this.retryAfter = retryAfter;
  }

  /** What is wrong. */
  public ErrorCode code() {
    return code;
  }

  /** The faults of a document, empty when there is just the description. */
  public List<Fault> faults() {
    return faults;
  }

  /** How long to wait before trying again, null when that would not help. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
