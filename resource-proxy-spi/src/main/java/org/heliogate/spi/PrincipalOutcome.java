package org.heliogate.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of one {@link PrincipalState}.
 *
 * @param name the state's principal
 * @param generation the state's generation
 * @param status what happened
 * @param detail for people, null when there is nothing to add; never holds a secret
 */
public record PrincipalOutcome(
    String name, long generation, Status status, @Nullable String detail) {

  /** What happened to a state. */
  public enum Status {
    /** The resource server acts on it. */
    ENFORCED,
    /** The resource server already carries a higher generation; nothing was changed. */
    SUPERSEDED,
    /**
     * The rights are enforced, but the server has lost the password that {@link
     * Credential.KeptPassword} relies on; the client must ask for a new one.
     */
    CREDENTIAL_LOST,
    /** Not enforced; the same state may succeed later. */
    RETRY,
    /** Not enforced, and the same state never will be. */
    REJECTED
  }

  /** Checks that nothing but the detail is null. */
  public PrincipalOutcome {
    Objects.requireNonNull(name);
    Objects.requireNonNull(status);
  }
}
