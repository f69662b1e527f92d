package org.heliogate.authz.ocsp;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A response as it is sent.
 *
 * @param der the response; not to be changed
 * @param validity how long it may be passed on; null if it is for one requester only, or says
 *     nothing of a certificate
 */
@SuppressWarnings("ArrayRecordComponent") // Served as it is to every request, so not copied.
public record OcspReply(byte[] der, @Nullable Validity validity) {

  /**
   * How long a response is good.
   *
   * @param thisUpdate when it was known to be so, whole seconds
   * @param nextUpdate by when there is newer information, whole seconds
   */
  public record Validity(Instant thisUpdate, Instant nextUpdate) {}
}
