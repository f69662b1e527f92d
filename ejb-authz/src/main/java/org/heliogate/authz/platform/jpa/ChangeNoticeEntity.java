package org.heliogate.authz.platform.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A change that every node has to hear of. */
@Entity
@Table(name = "change_notice")
public class ChangeNoticeEntity {

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long seq;

  private String kind;
  private String subject;
  private @Nullable String part;
  private Instant createdAt;

  /** For JPA. */
  protected ChangeNoticeEntity() {}

  /** A new notice. */
  public ChangeNoticeEntity(String kind, String subject, @Nullable String part, Instant createdAt) {
    this.kind = kind;
    this.subject = subject;
    this.part = part;
    this.createdAt = createdAt;
  }

  /** The notice's number. */
  public Long seq() {
    return seq;
  }

  /** What changed. */
  public String kind() {
    return kind;
  }

  /** Which one. */
  public String subject() {
    return subject;
  }

  /** What of it; null for any part. */
  public @Nullable String part() {
    return part;
  }
}
