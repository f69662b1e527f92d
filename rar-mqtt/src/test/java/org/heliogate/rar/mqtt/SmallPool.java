package org.heliogate.rar.mqtt;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.security.PasswordCredential;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;

/**
 * What a container does with the adapter, in small: container-managed sign-on, matching, validation
 * on match, and destruction of what reported an error.
 */
final class SmallPool implements ConnectionManager, ConnectionEventListener {

  private static final long serialVersionUID = 1L;

  private final transient Subject subject;
  private final transient Set<ManagedConnection> idle = new HashSet<>();
  private final transient Set<ManagedConnection> inUse = new HashSet<>();
  private final transient List<ConnectionEvent> errors = new ArrayList<>();

  SmallPool(Subject subject) {
    this.subject = subject;
  }

  static Subject signOn(MqttManagedConnectionFactory factory, String user, String password) {
    PasswordCredential credential = new PasswordCredential(user, password.toCharArray());
    credential.setManagedConnectionFactory(factory);
    Subject subject = new Subject();
    subject.getPrivateCredentials().add(credential);
    return subject;
  }

  @Override
  @SuppressWarnings("unchecked")
  public synchronized Object allocateConnection(
      ManagedConnectionFactory factory, @Nullable ConnectionRequestInfo info)
      throws ResourceException {
    Set<ManagedConnection> invalid =
        ((MqttManagedConnectionFactory) factory).getInvalidConnections(new HashSet<>(idle));
    for (ManagedConnection connection : invalid) {
      if (idle.remove(connection)) {
        connection.destroy();
      }
    }
    ManagedConnection connection = factory.matchManagedConnections(idle, subject, info);
    if (connection == null) {
      connection = factory.createManagedConnection(subject, info);
      connection.addConnectionEventListener(this);
    }
    idle.remove(connection);
    inUse.add(connection);
    return connection.getConnection(subject, info);
  }

  @Override
  public synchronized void connectionClosed(ConnectionEvent event) {
    ManagedConnection connection = (ManagedConnection) event.getSource();
    try {
      connection.cleanup();
    } catch (ResourceException e) {
      throw new AssertionError(e);
    }
    if (inUse.remove(connection)) {
      idle.add(connection);
    }
  }

  @Override
  public void connectionErrorOccurred(ConnectionEvent event) {
    ManagedConnection connection = (ManagedConnection) event.getSource();
    synchronized (this) {
      errors.add(event);
      idle.remove(connection);
      inUse.remove(connection);
    }
    try {
      connection.destroy();
    } catch (ResourceException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void localTransactionStarted(ConnectionEvent event) {
    throw new AssertionError("no transactions");
  }

  @Override
  public void localTransactionCommitted(ConnectionEvent event) {
    throw new AssertionError("no transactions");
  }

  @Override
  public void localTransactionRolledback(ConnectionEvent event) {
    throw new AssertionError("no transactions");
  }

  synchronized int errors() {
    return errors.size();
  }

  /** How many physical connections there are. */
  synchronized int size() {
    return idle.size() + inUse.size();
  }

  /** Destroys what is idle. */
  synchronized void flush() throws ResourceException {
    for (ManagedConnection connection : idle) {
      connection.destroy();
    }
    idle.clear();
  }
}
