package org.heliogate.authz.audit;

import java.time.Instant;

/**
 * A stored {@link AuditEvent}.
 *
 * @param id rises with time
 * @param createdAt when it happened; for a tally, the minute's start
 * @param action what was done
 * @param outcome {@code success}, {@code refused} or {@code failure}
 * @param actor who did it
 * @param subject what it was done to
 * @param occurrences how often, more than 1 only for tallies
 * @param details further facts, a JSON object
 */
public record AuditRow(
    long id,
    Instant createdAt,
    String action,
    String outcome,
    String actor,
    String subject,
    long occurrences,
    String details) {}
