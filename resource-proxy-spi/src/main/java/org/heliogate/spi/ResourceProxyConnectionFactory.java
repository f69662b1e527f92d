package org.heliogate.spi;

import java.io.Serializable;

/**
 * A pool of administrative connections to one resource server, bound in JNDI by the container
 * (Jakarta Connectors 2.1 §6.4). Thread-safe.
 */
public interface ResourceProxyConnectionFactory extends Serializable {

  /**
   * Takes a connection from the pool, or opens one.
   *
   * @return a handle for the calling thread alone, to be closed by it; never null
   * @throws ResourceProxyException if the resource server cannot be reached or refuses the proxy;
   *     {@link ResourceProxyException#retryable()} tells whether waiting can help
   */
  ResourceProxyConnection getConnection() throws ResourceProxyException;

  /**
   * Says how clients reach the resource server and which names it takes. Answered from the
   * adapter's configuration, so also while the server is down.
   */
  ResourceServerDescription describe();

  /**
   * Says how the resource server names resources, by the same rules by which it enforces
   * permissions. The default is {@link ResourceSyntax#NAMES}.
   */
  default ResourceSyntax syntax() {
    return ResourceSyntax.NAMES;
  }
}
