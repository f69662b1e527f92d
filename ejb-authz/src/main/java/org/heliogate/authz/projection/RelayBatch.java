package org.heliogate.authz.projection;

import java.util.List;
import org.heliogate.spi.PrincipalOutcome;
import org.heliogate.spi.PrincipalState;

/**
 * States that were read together and are sent together.
 *
 * @param resourceServer where they go
 * @param fence the lease's number under which they were read
 * @param states what shall be enforced
 * @param unready what became of those whose state cannot be told now
 */
record RelayBatch(
    String resourceServer,
    long fence,
    List<PrincipalState> states,
    List<PrincipalOutcome> unready) {

  /** Whether nobody waits. */
  boolean isEmpty() {
    return states.isEmpty() && unready.isEmpty();
  }
}
