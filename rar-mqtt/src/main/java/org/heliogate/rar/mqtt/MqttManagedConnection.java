package org.heliogate.rar.mqtt;

import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.IllegalStateException;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionMetaData;
import jakarta.resource.spi.SecurityException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.security.auth.Subject;
import javax.transaction.xa.XAResource;
import org.heliogate.spi.PrincipalOutcome;
import org.heliogate.spi.PrincipalPage;
import org.heliogate.spi.PrincipalState;
import org.heliogate.spi.ResourceProxyException;
import org.jspecify.annotations.Nullable;

/**
 * One physical connection to the broker, for the container's pool (Jakarta Connectors 2.1 §6.5.3).
 * When the link fails, in use or idle, it tells the pool once by {@code connectionErrorOccurred};
 * connecting again is the pool's business.
 */
final class MqttManagedConnection implements ManagedConnection, LinkListener {

  private final MqttManagedConnectionFactory factory;
  private final SignOn signOn;
  private final List<ConnectionEventListener> listeners = new CopyOnWriteArrayList<>();
  private final Set<MqttProxyConnection> handles = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean errorFired = new AtomicBoolean();
  private volatile @Nullable Wire wire;
  private volatile @Nullable PrintWriter logWriter;

  MqttManagedConnection(MqttManagedConnectionFactory factory, SignOn signOn)
      throws ResourceException {
    this.factory = factory;
    this.signOn = signOn;
  }

  /** Connects to the broker. */
  void open(BrokerSettings settings) throws ResourceProxyException {
    BrokerLink link = BrokerLink.open(settings, signOn, this);
    PrincipalReader reader = new PrincipalReader(link);
    wire = new Wire(link, reader, new PrincipalEnforcer(link, reader, new Pacing()));
    factory.opened(link);
  }

  @Override
  public Object getConnection(@Nullable Subject subject, @Nullable ConnectionRequestInfo info)
      throws ResourceException {
    if (!signOn.equals(factory.signOn(subject, info))) {
      throw new SecurityException("the connection was opened with other credentials");
    }
    if (wire == null) {
      throw new IllegalStateException("the connection was destroyed");
    }
    MqttProxyConnection handle = new MqttProxyConnection(this);
    handles.add(handle);
    return handle;
  }

  @Override
  public void associateConnection(Object connection) throws ResourceException {
    if (!(connection instanceof MqttProxyConnection handle)) {
      throw new IllegalStateException("the handle is none of this adapter's");
    }
    handle.moveTo(this);
    handles.add(handle);
  }

  @Override
  public void cleanup() {
    handles.forEach(MqttProxyConnection::invalidate);
    handles.clear();
  }

  @Override
  public void destroy() {
    cleanup();
    Wire current = wire;
    wire = null;
    if (current != null) {
      factory.closed(current.link());
      current.link().close();
    }
  }

  @Override
  public void addConnectionEventListener(ConnectionEventListener listener) {
    listeners.add(listener);
  }

  @Override
  public void removeConnectionEventListener(ConnectionEventListener listener) {
    listeners.remove(listener);
  }

  /**
   * There are no transactions.
   *
   * @throws NotSupportedException always: taking a right back by rollback would be a lie
   */
  @Override
  public XAResource getXAResource() throws ResourceException {
    throw new NotSupportedException("the MQTT resource adapter has no transactions");
  }

  /**
   * There are no transactions.
   *
   * @throws NotSupportedException always
   */
  @Override
  public LocalTransaction getLocalTransaction() throws ResourceException {
    throw new NotSupportedException("the MQTT resource adapter has no transactions");
  }

  @Override
  public ManagedConnectionMetaData getMetaData() {
    return new MqttManagedConnectionMetaData(signOn.userName());
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
  public void linkLost(String reason) {
    if (!errorFired.compareAndSet(false, true)) {
      return;
    }
    PrintWriter log = logWriter;
    if (log != null) {
      log.println("MQTT resource adapter, " + factory.getServerUri() + ": " + reason);
    }
    ConnectionEvent event =
        new ConnectionEvent(
            this,
            ConnectionEvent.CONNECTION_ERROR_OCCURRED,
            new ResourceProxyException(reason, true, null));
    listeners.forEach(listener -> listener.connectionErrorOccurred(event));
  }

  /** Whether the connection serves an equal factory and the same credentials, and still works. */
  boolean matches(MqttManagedConnectionFactory otherFactory, SignOn otherSignOn) {
    Wire current = wire;
    return factory.equals(otherFactory)
        && signOn.equals(otherSignOn)
        && current != null
        && current.link().isUsable();
  }

  /** Whether the broker answers and still refuses by default what it must. */
  boolean isValid() {
    Wire current = wire;
    if (current == null || !current.link().isUsable()) {
      return false;
    }
    try {
      return DefaultAccess.isRequired(current.link());
    } catch (ResourceProxyException e) {
      PrintWriter log = logWriter;
      if (log != null) {
        log.println("MQTT resource adapter, not valid: " + e.getMessage());
      }
      return false;
    }
  }

  List<PrincipalOutcome> put(List<PrincipalState> states) throws ResourceProxyException {
    return usable().enforcer().put(states);
  }

  PrincipalPage list(@Nullable String cursor) throws ResourceProxyException {
    return usable().reader().page(cursor);
  }

  /** A handle was closed by its user. */
  void closed(MqttProxyConnection handle) {
    handles.remove(handle);
    ConnectionEvent event = new ConnectionEvent(this, ConnectionEvent.CONNECTION_CLOSED);
    event.setConnectionHandle(handle);
    listeners.forEach(listener -> listener.connectionClosed(event));
  }

  /** A handle went over to another connection. */
  void left(MqttProxyConnection handle) {
    handles.remove(handle);
  }

  private Wire usable() throws ResourceProxyException {
    Wire current = wire;
    if (current == null) {
      throw new ResourceProxyException("the connection to the broker was ended", true, null);
    }
    return current;
  }

  /** What exists only while connected. */
  private record Wire(BrokerLink link, PrincipalReader reader, PrincipalEnforcer enforcer) {}
}
