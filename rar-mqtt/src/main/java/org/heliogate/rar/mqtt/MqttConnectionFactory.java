package org.heliogate.rar.mqtt;

import jakarta.resource.Referenceable;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.SecurityException;
import javax.naming.NamingException;
import javax.naming.Reference;
import org.heliogate.spi.ResourceProxyConnection;
import org.heliogate.spi.ResourceProxyConnectionFactory;
import org.heliogate.spi.ResourceProxyException;
import org.heliogate.spi.ResourceServerDescription;
import org.heliogate.spi.ResourceSyntax;
import org.jspecify.annotations.Nullable;

/** The pool as components see it, bound in JNDI. Thread-safe. */
public class MqttConnectionFactory implements ResourceProxyConnectionFactory, Referenceable {

  private static final long serialVersionUID = 1L;

  private final MqttManagedConnectionFactory managed;
  private final ConnectionManager connections;
  private @Nullable Reference reference;

  MqttConnectionFactory(MqttManagedConnectionFactory managed, ConnectionManager connections) {
    this.managed = managed;
    this.connections = connections;
  }

  @Override
  public ResourceProxyConnection getConnection() throws ResourceProxyException {
    return allocate(null);
  }

  @Override
  public ResourceServerDescription describe() {
    try {
      return managed.description();
    } catch (InvalidPropertyException e) {
      throw new IllegalStateException("the pool was made from properties that are invalid", e);
    }
  }

  @Override
  public ResourceSyntax syntax() {
    return TopicSyntax.INSTANCE;
  }

  /**
   * Takes a connection with credentials that the component itself gives (Jakarta Connectors 2.1
   * §9.1.2); for use without a container.
   *
   * @param userName the proxy's user name at the broker
   * @param password opens the key store, or is the user's password at the broker
   * @throws ResourceProxyException as {@link #getConnection()}
   */
  public ResourceProxyConnection getConnection(String userName, char[] password)
      throws ResourceProxyException {
    return allocate(new SignOn(userName, password));
  }

  @Override
  public void setReference(Reference newReference) {
    reference = newReference;
  }

  @Override
  public Reference getReference() throws NamingException {
    if (reference == null) {
      throw new NamingException("the container gave the connection factory no reference");
    }
    return reference;
  }

  private ResourceProxyConnection allocate(@Nullable ConnectionRequestInfo info)
      throws ResourceProxyException {
    try {
      return (ResourceProxyConnection) connections.allocateConnection(managed, info);
    } catch (ResourceException e) {
      throw failure(e);
    }
  }

  /** Finds the adapter's own failure below what the pool wrapped around it. */
  private static ResourceProxyException failure(ResourceException failure) {
    boolean retryable = true;
    String message = failure.getMessage();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ResourceProxyException own) {
        return new ResourceProxyException(
            String.valueOf(own.getMessage()), own.retryable(), failure);
      }
      if (cause instanceof SecurityException || cause instanceof InvalidPropertyException) {
        retryable = false;
        message = cause.getMessage();
      }
    }
    return new ResourceProxyException(
        "no connection to the broker: " + message, retryable, failure);
  }
}
