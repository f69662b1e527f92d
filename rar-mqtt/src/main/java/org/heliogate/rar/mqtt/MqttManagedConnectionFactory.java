package org.heliogate.rar.mqtt;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.IllegalStateException;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterAssociation;
import jakarta.resource.spi.ResourceAllocationException;
import jakarta.resource.spi.SecurityException;
import jakarta.resource.spi.ValidatingManagedConnectionFactory;
import jakarta.resource.spi.security.PasswordCredential;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.Set;
import javax.security.auth.Subject;
import org.heliogate.spi.ResourceProxyException;
import org.jspecify.annotations.Nullable;

/**
 * The pool's factory of connections to one Mosquitto broker (Jakarta Connectors 2.1 §6.5.2). Its
 * configuration properties are those of {@link MqttConfiguration}. Equal when configured equally.
 */
public class MqttManagedConnectionFactory extends MqttConfiguration
    implements ManagedConnectionFactory,
        ValidatingManagedConnectionFactory,
        ResourceAdapterAssociation {

  private static final long serialVersionUID = 1L;

  private transient @Nullable ResourceAdapter resourceAdapter;
  private transient @Nullable PrintWriter logWriter;

  /** Makes a factory that the container configures. */
  public MqttManagedConnectionFactory() {
    super();
  }

  /**
   * Makes what components look up.
   *
   * @throws InvalidPropertyException if the configuration is not usable
   */
  @Override
  public Object createConnectionFactory(ConnectionManager connections) throws ResourceException {
    checkConfiguration();
    return new MqttConnectionFactory(this, connections);
  }

  /** A factory for use without a container; each handle has a connection of its own. */
  @Override
  public Object createConnectionFactory() throws ResourceException {
    return createConnectionFactory(new DirectConnections());
  }

  /**
   * Opens a connection with the credentials of container-managed sign-on, or with those that the
   * component gave.
   *
   * @throws SecurityException if there are no credentials, or the broker or TLS refuses them
   * @throws ResourceAllocationException if the broker cannot be reached now
   * @throws InvalidPropertyException if the configuration is not usable
   */
  @Override
  public ManagedConnection createManagedConnection(
      @Nullable Subject subject, @Nullable ConnectionRequestInfo info) throws ResourceException {
    SignOn signOn = signOn(subject, info);
    BrokerSettings settings = settings();
    MqttManagedConnection connection = new MqttManagedConnection(this, signOn);
    connection.setLogWriter(logWriter);
    try {
      connection.open(settings);
    } catch (ResourceProxyException e) {
      throw e.retryable()
          ? new ResourceAllocationException(e.getMessage(), e)
          : new SecurityException(e.getMessage(), e);
    }
    return connection;
  }

  /** Picks a connection of an equal factory, opened with the same credentials, that still works. */
  @Override
  @SuppressWarnings("rawtypes") // the interface is older than generics
  public @Nullable ManagedConnection matchManagedConnections(
      Set candidates, @Nullable Subject subject, @Nullable ConnectionRequestInfo info)
      throws ResourceException {
    SignOn signOn = signOn(subject, info);
    for (Object candidate : candidates) {
      if (candidate instanceof MqttManagedConnection connection
          && connection.matches(this, signOn)) {
        return connection;
      }
    }
    return null;
  }

  /**
   * Asks the broker of each connection one question that it answers from memory (its default
   * access), so that a connection counts as valid only if the broker answers and still refuses by
   * default what it must.
   */
  @Override
  @SuppressWarnings({"rawtypes", "unchecked"}) // the interface is older than generics
  public Set getInvalidConnections(Set connections) {
    Set invalid = new HashSet();
    for (Object candidate : connections) {
      if (candidate instanceof MqttManagedConnection connection && !connection.isValid()) {
        invalid.add(connection);
      }
    }
    return invalid;
  }

  @Override
  public @Nullable ResourceAdapter getResourceAdapter() {
    return resourceAdapter;
  }

  /**
   * Ties the factory to its adapter.
   *
   * @throws IllegalStateException if it is tied to another already
   */
  @Override
  public void setResourceAdapter(ResourceAdapter adapter) throws ResourceException {
    if (resourceAdapter != null && resourceAdapter != adapter) {
      throw new IllegalStateException("the factory belongs to another resource adapter");
    }
    resourceAdapter = adapter;
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return logWriter;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter writer) {
    logWriter = writer;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MqttManagedConnectionFactory && super.equals(other);
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }

  /** Finds the credentials: those meant for this factory in the subject, else the component's. */
  SignOn signOn(@Nullable Subject subject, @Nullable ConnectionRequestInfo info)
      throws SecurityException {
    if (subject != null) {
      for (PasswordCredential credential :
          subject.getPrivateCredentials(PasswordCredential.class)) {
        if (equals(credential.getManagedConnectionFactory())) {
          return new SignOn(credential.getUserName(), credential.getPassword());
        }
      }
      throw new SecurityException("sign-on delivered no user name and password for this pool");
    }
    if (info instanceof SignOn signOn) {
      return signOn;
    }
    throw new SecurityException("neither sign-on nor the component gave credentials");
  }

  void opened(BrokerLink link) {
    if (resourceAdapter instanceof MqttResourceAdapter adapter) {
      adapter.opened(link);
    }
  }

  void closed(BrokerLink link) {
    if (resourceAdapter instanceof MqttResourceAdapter adapter) {
      adapter.closed(link);
    }
  }
}
