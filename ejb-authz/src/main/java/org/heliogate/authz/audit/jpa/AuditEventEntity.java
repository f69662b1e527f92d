package org.heliogate.authz.audit.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A row of the audit trail. */
@Entity
@Table(name = "audit_event")
public class AuditEventEntity {

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  private Instant createdAt;
  private String action;
  private String outcome;
  private String actor;
  private String subject;
  private long occurrences;
  private String details;

  /** For JPA. */
  protected AuditEventEntity() {}

  /** A new row; the database gives it its number. */
  public AuditEventEntity(
      Instant createdAt,
      String action,
      String outcome,
      String actor,
      String subject,
      long occurrences,
      String details) {
    this.createdAt = createdAt;
    this.action = action;
    this.outcome = outcome;
    this.actor = actor;
    this.subject = subject;
    this.occurrences = occurrences;
    this.details = details;
  }

  /** The row's number, rising. */
  public Long id() {
    return id;
  }

  /** When it happened; for a tally, the minute's start. */
  public Instant createdAt() {
    return createdAt;
  }

  /** What was done. */
  public String action() {
    return action;
  }

  /** How it ended: {@code success}, {@code refused} or {@code failure}. */
  public String outcome() {
    return outcome;
  }

  /** Who did it. */
  public String actor() {
    return actor;
  }

  /** What it was done to. */
  public String subject() {
    return subject;
  }

  /** How often; more than 1 only for tallies. */
  public long occurrences() {
    return occurrences;
  }

  /** Further facts, a JSON object. */
  public String details() {
    return details;
  }
}
