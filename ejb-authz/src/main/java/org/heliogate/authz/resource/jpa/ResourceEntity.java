package org.heliogate.authz.resource.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.heliogate.authz.resource.RegisteredResource;
import org.jspecify.annotations.Nullable;

/** A resource's row. */
@Entity
@Table(name = "resource")
public class ResourceEntity {

  @Id private String id;
  private String resourceServer;
  private String name;
  private String scopes;
  private @Nullable String type;
  private @Nullable String description;
  private @Nullable String iconUri;
  private @Nullable String extension;
  private boolean registered;

  /** For JPA. */
  protected ResourceEntity() {}

  /** A resource of a server that a grant names. */
  public ResourceEntity(String id, String resourceServer, String name, Set<String> scopes) {
    this.id = id;
    this.resourceServer = resourceServer;
    this.name = name;
    this.scopes = joined(scopes);
  }

  /**
   * Takes over what its server says of it; from then on the server has registered it.
   *
   * @param more what it says beyond that, as JSON; null for nothing
   */
  public void describe(RegisteredResource said, @Nullable String more) {
    this.name = said.name();
    this.scopes = joined(said.scopes());
    this.type = said.type();
    this.description = said.description();
    this.iconUri = said.iconUri();
    this.extension = more;
    this.registered = true;
  }

  /**
   * Adds scopes that somebody has asked to protect.
   *
   * @return whether any is new
   */
  public boolean addScopes(Collection<String> more) {
    Set<String> known = new TreeSet<>(scopeSet());
    boolean added = known.addAll(more);
    if (added) {
      scopes = joined(known);
    }
    return added;
  }

  /** Its identifier. */
  public String id() {
    return id;
  }

  /** Whose it is. */
  public String resourceServer() {
    return resourceServer;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Whether its server has registered it, and not just a grant. */
  public boolean registered() {
    return registered;
  }

  /** What its server says of it beyond what a {@link RegisteredResource} has, as JSON. */
  public @Nullable String extension() {
    return extension;
  }

  /** The resource with all that counts of it. */
  public RegisteredResource toRegisteredResource() {
    return new RegisteredResource(id, name, type, scopeSet(), description, iconUri);
  }

  private Set<String> scopeSet() {
    return scopes.isEmpty() ? Set.of() : Set.of(scopes.split(" "));
  }

  private static String joined(Set<String> scopes) {
    return String.join(" ", new TreeSet<>(scopes));
  }
}
