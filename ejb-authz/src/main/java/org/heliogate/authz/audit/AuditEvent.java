package org.heliogate.authz.audit;

import java.util.Map;
import java.util.Objects;

/**
 * Something that happened and may have to be accounted for.
 *
 * @param action what was done, dotted, for example {@code device.bootstrap}
 * @param outcome how it ended
 * @param actor who did it: a client id, a master id, or {@code system}
 * @param subject what it was done to
 * @param details further facts by name; never a secret
 */
public record AuditEvent(
    String action, Outcome outcome, String actor, String subject, Map<String, String> details) {

  /** How an action ended. */
  public enum Outcome {
    /** It was done. */
    SUCCESS,
    /** It was asked for and refused. */
    REFUSED,
    /** It was allowed and failed. */
    FAILURE
  }

  /** Checks that nothing is null and takes an unmodifiable copy of the details. */
  public AuditEvent {
    Objects.requireNonNull(action);
    Objects.requireNonNull(outcome);
    Objects.requireNonNull(actor);
    Objects.requireNonNull(subject);
    details = Map.copyOf(details);
  }

  /** An action that was done. */
  public static AuditEvent success(
      String action, String actor, String subject, Map<String, String> details) {
    return new AuditEvent(action, Outcome.SUCCESS, actor, subject, details);
  }

  /** An action that was asked for and refused, with the cause. */
  public static AuditEvent refused(String action, String actor, String subject, String cause) {
    return new AuditEvent(action, Outcome.REFUSED, actor, subject, Map.of("cause", cause));
  }
}
