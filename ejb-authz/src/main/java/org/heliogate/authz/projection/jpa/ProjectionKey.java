package org.heliogate.authz.projection.jpa;

import jakarta.persistence.Embeddable;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The principal on the resource server that a projection is about. */
@Embeddable
public class ProjectionKey implements Serializable {

  private static final long serialVersionUID = 1L;

  private String resourceServer;
  private String username;

  /** For JPA. */
  protected ProjectionKey() {}

  /** A principal on a resource server. */
  public ProjectionKey(String resourceServer, String username) {
    this.resourceServer = resourceServer;
    this.username = username;
  }

  /** The resource server. */
  public String resourceServer() {
    return resourceServer;
  }

  /** The principal. */
  public String username() {
    return username;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ProjectionKey that
        && resourceServer.equals(that.resourceServer)
        && username.equals(that.username);
  }

  @Override
  public int hashCode() {
    return Objects.hash(resourceServer, username);
  }
}
