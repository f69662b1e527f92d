package org.heliogate.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A handle to one resource server's access control, with the proxy's own rights. Not thread-safe:
 * one thread uses it and closes it.
 *
 * <p>Every method may be repeated: the same call again changes nothing and answers the same.
 */
public interface ResourceProxyConnection extends AutoCloseable {

  /**
   * Makes the resource server enforce exactly these states, each principal on its own.
   *
   * <p>When the outcome is {@link PrincipalOutcome.Status#ENFORCED} the server already acts on it:
   * a principal that connects now has these rights and no others, and if a right or the principal
   * itself went away, its live sessions were ended. A state whose generation is lower than the one
   * the server carries is ignored ({@link PrincipalOutcome.Status#SUPERSEDED}). Deleting the absent
   * succeeds. One principal that cannot be enforced does not hold up the others.
   *
   * @param states at most 1,000, each name at most once; an empty list does nothing
   * @return one outcome for each state, in the same order
   * @throws ResourceProxyException if the connection failed, so that nothing is known of the batch;
   *     the caller sends it again
   * @throws IllegalArgumentException if a name occurs twice or the batch is too large
   */
  List<PrincipalOutcome> putPrincipals(List<PrincipalState> states) throws ResourceProxyException;

  /**
   * Reads what the resource server really enforces, a page at a time, in an order that is stable
   * while nothing changes. Principals that Heliogate did not make are left out.
   *
   * @param cursor {@link PrincipalPage#nextCursor()} of the page before, or null for the first
   * @throws ResourceProxyException if the server could not be read
   */
  PrincipalPage listPrincipals(@Nullable String cursor) throws ResourceProxyException;

  /** Gives the connection back to its pool. Closing twice is harmless. */
  @Override
  void close();
}
