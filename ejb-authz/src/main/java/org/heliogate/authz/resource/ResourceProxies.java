package org.heliogate.authz.resource;

import jakarta.enterprise.context.ApplicationScoped;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.spi.ResourceProxyConnectionFactory;

/** The pools of the resource adapters, as operators have bound them. */
@ApplicationScoped
public class ResourceProxies {

  /** Below this name the pools are bound. */
  public static final String ROOT = "java:/heliogate/rs/";

  /**
   * The pool of that name.
   *
   * @param jndiName below {@link #ROOT}, which is the container's own memory
   * @throws RequestException {@link ErrorCode#UNPROCESSABLE} if the name lies elsewhere or nothing
   *     fitting is bound there
   */
  @SuppressWarnings("BanJNDI") // No name from outside the container's own memory gets through.
  public ResourceProxyConnectionFactory find(String jndiName) {
    if (!jndiName.startsWith(ROOT)) {
      throw new RequestException(
          ErrorCode.UNPROCESSABLE, "connection_factory must start with " + ROOT);
    }
    try {
      if (new InitialContext().lookup(jndiName) instanceof ResourceProxyConnectionFactory found) {
        return found;
      }
    } catch (NamingException e) {
      throw new RequestException(
          ErrorCode.UNPROCESSABLE,
          "no pool is bound at "
              + jndiName
              + "; configure it with the server's command line first");
    }
    throw new RequestException(
        ErrorCode.UNPROCESSABLE, "what is bound at " + jndiName + " is no resource proxy");
  }
}
