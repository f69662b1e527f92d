package org.heliogate.authz.grant.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.heliogate.authz.grant.Effect;
import org.heliogate.authz.grant.Grant;
import org.heliogate.authz.workflow.ExpressionException;
import org.heliogate.authz.workflow.TemplateExpression;
import org.jspecify.annotations.Nullable;

/** The row of an operator's grant. */
@Entity
@Table(name = "access_grant")
public class GrantEntity {

  @Id private String id;
  private @Nullable String clientId;
  private @Nullable String role;
  private String resourceServer;
  private String resource;
  private String scopes;
  private String effect;
  private @Nullable Instant notBefore;
  private @Nullable Instant notAfter;
  private @Nullable Instant nextBound;
  private String createdBy;
  private Instant createdAt;
  @Version private long version;

  /** For JPA. */
  protected GrantEntity() {}

  /** A grant for a client or, if that is null, for a role. */
  public GrantEntity(
      String id,
      @Nullable String clientId,
      @Nullable String role,
      String resourceServer,
      String createdBy,
      Instant createdAt) {
    this.id = id;
    this.clientId = clientId;
    this.role = role;
    this.resourceServer = resourceServer;
    this.createdBy = createdBy;
    this.createdAt = createdAt;
  }

  /** Says what is granted or refused. */
  public void setTerms(String resource, Set<String> scopes, Effect effect) {
    this.resource = resource;
    this.scopes = String.join(" ", new TreeSet<>(scopes));
    this.effect = effect.name();
  }

  /** Says when it holds; null for no bound. */
  public void setBounds(@Nullable Instant notBefore, @Nullable Instant notAfter, Instant now) {
    this.notBefore = notBefore;
    this.notAfter = notAfter;
    this.nextBound = Grant.nextBound(notBefore, notAfter, now).orElse(null);
  }

  /** Its identifier. */
  public String id() {
    return id;
  }

  /** The client that it is for; null for a role's. */
  public @Nullable String clientId() {
    return clientId;
  }

  /** The role that it is for; null for a client's. */
  public @Nullable String role() {
    return role;
  }

  /** Where it holds. */
  public String resourceServer() {
    return resourceServer;
  }

  /** Its version. */
  public long version() {
    return version;
  }

  /** The grant that it stores. */
  public Grant toGrant() {
    try {
      return new Grant(
          id,
          clientId,
          role,
          resourceServer,
          TemplateExpression.parse(resource, TemplateExpression.Use.RESOURCE),
          Set.of(scopes.split(" ")),
          Effect.valueOf(effect),
          notBefore,
          notAfter,
          createdBy,
          createdAt,
          version);
    } catch (ExpressionException e) {
      throw new IllegalStateException("a stored template is no template any more", e);
    }
  }
}
