package org.heliogate.rar.mqtt;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.heliogate.spi.PrincipalOutcome;
import org.heliogate.spi.PrincipalPage;
import org.heliogate.spi.PrincipalState;
import org.heliogate.spi.ResourceProxyConnection;
import org.heliogate.spi.ResourceProxyException;
import org.jspecify.annotations.Nullable;

/**
 * The handle to a pooled connection. Every method but {@link #close()} throws {@link
 * IllegalStateException} once the handle was closed. If the pool took the connection away, because
 * the link failed, calls to the broker fail with a retryable {@link ResourceProxyException}.
 */
final class MqttProxyConnection implements ResourceProxyConnection {

  private final AtomicReference<@Nullable MqttManagedConnection> owner;
  private volatile boolean closed;

  MqttProxyConnection(MqttManagedConnection owner) {
    this.owner = new AtomicReference<>(owner);
  }

  @Override
  public List<PrincipalOutcome> putPrincipals(List<PrincipalState> states)
      throws ResourceProxyException {
    return open().put(states);
  }

  @Override
  public PrincipalPage listPrincipals(@Nullable String cursor) throws ResourceProxyException {
    return open().list(cursor);
  }

  @Override
  public void close() {
    closed = true;
    MqttManagedConnection connection = owner.getAndSet(null);
    if (connection != null) {
      connection.closed(this);
    }
  }

  /** The pool moves the handle to another connection. */
  void moveTo(MqttManagedConnection newOwner) {
    MqttManagedConnection oldOwner = owner.getAndSet(newOwner);
    if (oldOwner != null && oldOwner != newOwner) {
      oldOwner.left(this);
    }
  }

  /** The pool took the connection back. */
  void invalidate() {
    owner.set(null);
  }

  private MqttManagedConnection open() throws ResourceProxyException {
    checkNotClosed();
    MqttManagedConnection connection = owner.get();
    if (connection == null) {
      throw new ResourceProxyException("the connection to the broker was ended", true, null);
    }
    return connection;
  }

  private void checkNotClosed() {
    if (closed) {
      throw new IllegalStateException("the connection is closed");
    }
  }
}
