package org.heliogate.authz.resource.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import org.heliogate.authz.resource.ApprovalPolicy;
import org.heliogate.authz.resource.TokenTerms;
import org.jspecify.annotations.Nullable;

/** A resource server's row. */
@Entity
@Table(name = "resource_server")
public class ResourceServerEntity {

  @Id private String id;
  private String type;
  private @Nullable String connectionFactory;
  private @Nullable String clientId;
  private @Nullable String scopeTemplate;
  private int rptLifetime;
  private String approvals = ApprovalPolicy.NONE.name();
  private Instant createdAt;
  @Version private long version;

  /** For JPA. */
  protected ResourceServerEntity() {}

  /** A resource server behind a proxy. */
  public ResourceServerEntity(
      String id, String type, @Nullable String connectionFactory, Instant createdAt) {
    this.id = id;
    this.type = type;
    this.connectionFactory = connectionFactory;
    giveTokens(TokenTerms.DEFAULT);
    this.createdAt = createdAt;
  }

  /** A resource server that registers its own resources as the given client. */
  public static ResourceServerEntity selfRegistering(
      String id, String type, String clientId, TokenTerms tokens, Instant createdAt) {
    ResourceServerEntity row = new ResourceServerEntity(id, type, null, createdAt);
    row.clientId = clientId;
    row.giveTokens(tokens);
    return row;
  }

  /** From now on the tokens for it are like this. */
  public final void giveTokens(TokenTerms tokens) {
    this.scopeTemplate = tokens.scopeTemplate();
    this.rptLifetime = Math.toIntExact(tokens.lifetime().toSeconds());
  }

  /** Its name. */
  public String id() {
    return id;
  }

  /** Its kind. */
  public String type() {
    return type;
  }

  /** Where the pool of its adapter is bound; null without one. */
  public @Nullable String connectionFactory() {
    return connectionFactory;
  }

  /** The client as which it registers its resources; null behind a proxy. */
  public @Nullable String clientId() {
    return clientId;
  }

  /** What the tokens for it are like. */
  public TokenTerms tokens() {
    return new TokenTerms(scopeTemplate, Duration.ofSeconds(rptLifetime));
  }

  /** Says who may approve there what nobody has granted. */
  public void setApprovals(ApprovalPolicy approvals) {
    this.approvals = approvals.name();
  }

  /** Who may approve there what nobody has granted. */
  public ApprovalPolicy approvals() {
    return ApprovalPolicy.valueOf(approvals);
  }

  /** Since when it is known. */
  public Instant createdAt() {
    return createdAt;
  }

  /** Its version. */
  public long version() {
    return version;
  }
}
