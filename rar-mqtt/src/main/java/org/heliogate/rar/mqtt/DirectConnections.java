package org.heliogate.rar.mqtt;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * The connection manager for use without a container (Jakarta Connectors 2.1 §6.5.1): no pool, a
 * physical connection for each handle, ended with it.
 */
final class DirectConnections implements ConnectionManager {

  private static final long serialVersionUID = 1L;

  private static final System.Logger LOG = System.getLogger(DirectConnections.class.getName());

  @Override
  public Object allocateConnection(
      ManagedConnectionFactory factory, @Nullable ConnectionRequestInfo info)
      throws ResourceException {
    ManagedConnection connection = factory.createManagedConnection(null, info);
    connection.addConnectionEventListener(new EndWithHandle(connection));
    return connection.getConnection(null, info);
  }

  /** Destroys the physical connection when its handle is closed or the link failed. */
  private record EndWithHandle(ManagedConnection connection) implements ConnectionEventListener {

    @Override
    public void connectionClosed(ConnectionEvent event) {
      destroy();
    }

    @Override
    public void connectionErrorOccurred(ConnectionEvent event) {
      destroy();
    }

    @Override
    public void localTransactionStarted(ConnectionEvent event) {
      ignore();
    }

    @Override
    public void localTransactionCommitted(ConnectionEvent event) {
      ignore();
    }

    @Override
    public void localTransactionRolledback(ConnectionEvent event) {
      ignore();
    }

    private void destroy() {
      try {
        connection.destroy();
      } catch (ResourceException e) {
        LOG.log(Level.WARNING, "a connection could not be ended", e);
      }
    }

    private static void ignore() {
      LOG.log(Level.DEBUG, "the adapter has no transactions");
    }
  }
}
