package org.heliogate.spi;

import java.util.Objects;

/**
 * One right, or one explicit refusal, on a resource or pattern of resources.
 *
 * @param resource the resource's name or pattern in the resource server's own syntax
 * @param scope the server's verb, for example {@code publish}
 * @param effect whether the right is given or refused; a refusal wins over every right that matches
 *     the same access
 */
public record Permission(String resource, String scope, Effect effect) {

  /** Whether a permission gives or refuses. */
  public enum Effect {
    /** The access is allowed. */
    ALLOW,
    /** The access is refused, whatever else is allowed. */
    DENY
  }

  /** Checks that nothing is null. */
  public Permission {
    Objects.requireNonNull(resource);
    Objects.requireNonNull(scope);
    Objects.requireNonNull(effect);
  }

  /** The right to use {@code scope} on {@code resource}. */
  public static Permission allow(String resource, String scope) {
    return new Permission(resource, scope, Effect.ALLOW);
  }

  /** The refusal of {@code scope} on {@code resource}. */
  public static Permission deny(String resource, String scope) {
    return new Permission(resource, scope, Effect.DENY);
  }
}
