package org.heliogate.authz.grant.jpa;

import jakarta.persistence.Embeddable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A role's grant as it is stored. */
@Embeddable
public class RoleGrantValue {

  private String resourceServer;
  private String resource;
  private String scopes;

  /** For JPA. */
  protected RoleGrantValue() {}

  /** A grant; the scopes space-delimited, in alphabetical order. */
  public RoleGrantValue(String resourceServer, String resource, String scopes) {
    this.resourceServer = resourceServer;
    this.resource = resource;
    this.scopes = scopes;
  }

  /** Where it holds. */
  public String resourceServer() {
    return resourceServer;
  }

  /** The resource's template. */
  public String resource() {
    return resource;
  }

  /** The scopes, space-delimited. */
  public String scopes() {
    return scopes;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RoleGrantValue that
        && resourceServer.equals(that.resourceServer)
        && resource.equals(that.resource)
        && scopes.equals(that.scopes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(resourceServer, resource, scopes);
  }
}
