package org.heliogate.authz.protection;

import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.resource.ResourceServer;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.authz.token.Caller;

/** The resource server that a PAT speaks for. */
final class CallingServer {

  private CallingServer() {}

  /**
   * The server that registers its resources as the calling client.
   *
   * @throws RequestException {@link ErrorCode#INSUFFICIENT_SCOPE} if the client is no server's
   */
  static ResourceServer of(ResourceServers servers, Caller caller) {
    return servers
        .ofClient(caller.client().clientId())
        .orElseThrow(
            () ->
                new RequestException(
                    ErrorCode.INSUFFICIENT_SCOPE, "the client is no resource server's"));
  }
}
