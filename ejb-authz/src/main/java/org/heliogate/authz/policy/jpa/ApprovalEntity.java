package org.heliogate.authz.policy.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.heliogate.authz.policy.Approval;
import org.heliogate.authz.policy.Approval.Status;
import org.jspecify.annotations.Nullable;

/** The row of what a client has asked an operator for. */
@Entity
@Table(name = "approval")
public class ApprovalEntity {

  @Id private String id;
  private String clientId;
  private String resourceServer;
  private String resource;
  private String scopes;
  private String status;
  private @Nullable String openKey;
  private Instant requestedAt;
  private Instant expiresAt;
  private @Nullable Instant decidedAt;
  private @Nullable String decidedBy;
  private @Nullable String grantId;
  @Version private long version;

  /** For JPA. */
  protected ApprovalEntity() {}

  /**
   * A request that nobody has decided.
   *
   * @param openKey the same for the same request, so that there is one row however often it is made
   */
  public ApprovalEntity(
      String id,
      String openKey,
      String clientId,
      String resourceServer,
      String resource,
      Set<String> scopes,
      Instant requestedAt,
      Instant expiresAt) {
    this.id = id;
    this.openKey = openKey;
    this.clientId = clientId;
    this.resourceServer = resourceServer;
    this.resource = resource;
    this.scopes = String.join(" ", new TreeSet<>(scopes));
    this.status = Status.PENDING.name();
    this.requestedAt = requestedAt;
    this.expiresAt = expiresAt;
  }

  /** Notes the approval; the same may be asked for again when the grant has ended. */
  public void approve(String operator, String grantId, Instant now, Instant expiresAt) {
    decide(Status.APPROVED, operator, now, expiresAt);
    this.grantId = grantId;
    this.openKey = null;
  }

  /** Notes the refusal, which stands until it is forgotten. */
  public void deny(String operator, Instant now, Instant expiresAt) {
    decide(Status.DENIED, operator, now, expiresAt);
  }

  private void decide(Status status, String operator, Instant now, Instant expiresAt) {
    this.status = status.name();
    this.decidedBy = operator;
    this.decidedAt = now;
    this.expiresAt = expiresAt;
  }

  /** Its identifier. */
  public String id() {
    return id;
  }

  /** What it is the one row for; null once it was approved. */
  public @Nullable String openKey() {
    return openKey;
  }

  /** Whether nobody has decided, in time. */
  public boolean pending(Instant now) {
    return status.equals(Status.PENDING.name()) && expiresAt.isAfter(now);
  }

  /** When it is forgotten. */
  public Instant expiresAt() {
    return expiresAt;
  }

  /** Its version. */
  public long version() {
    return version;
  }

  /** The approval that it stores. */
  public Approval toApproval() {
    return new Approval(
        id,
        clientId,
        resourceServer,
        resource,
        Set.of(scopes.split(" ")),
        Status.valueOf(status),
        requestedAt,
        expiresAt,
        decidedAt,
        decidedBy,
        grantId,
        version);
  }
}
