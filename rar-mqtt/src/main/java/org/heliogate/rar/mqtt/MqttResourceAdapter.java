package org.heliogate.rar.mqtt;

import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.io.Serializable;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * The adapter's life in the container (Jakarta Connectors 2.1 §5.3). It is outbound only and has no
 * configuration; when it stops it ends every connection that is still open, so that no thread
 * outlives it.
 */
public class MqttResourceAdapter implements ResourceAdapter, Serializable {

  private static final long serialVersionUID = 1L;

  private static final System.Logger LOG = System.getLogger(MqttResourceAdapter.class.getName());

  private transient @Nullable Set<BrokerLink> links;

  /** Makes an adapter that the container starts. */
  public MqttResourceAdapter() {
    super();
  }

  @Override
  public void start(BootstrapContext context) {
    LOG.log(Level.DEBUG, "the MQTT resource adapter starts");
  }

  @Override
  public void stop() {
    List<BrokerLink> open;
    synchronized (this) {
      open = List.copyOf(links());
      links().clear();
    }
    open.forEach(BrokerLink::close);
  }

  /**
   * There are no endpoints.
   *
   * @throws NotSupportedException always: the adapter delivers no messages
   */
  @Override
  public void endpointActivation(MessageEndpointFactory factory, ActivationSpec spec)
      throws ResourceException {
    throw new NotSupportedException("the MQTT resource adapter delivers no messages");
  }

  @Override
  public void endpointDeactivation(MessageEndpointFactory factory, ActivationSpec spec) {
    LOG.log(Level.DEBUG, "no endpoint was ever activated");
  }

  /** There is nothing to recover: the broker knows no transactions. */
  @Override
  public XAResource[] getXAResources(ActivationSpec[] specs) {
    return new XAResource[0];
  }

  /** All adapters are equal, for none has configuration. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MqttResourceAdapter;
  }

  @Override
  public int hashCode() {
    return MqttResourceAdapter.class.hashCode();
  }

  synchronized void opened(BrokerLink link) {
    links().add(link);
  }

  synchronized void closed(BrokerLink link) {
    links().remove(link);
  }

  private Set<BrokerLink> links() {
    Set<BrokerLink> current = links;
    if (current == null) {
      current = ConcurrentHashMap.newKeySet();
      links = current;
    }
    return current;
  }
}
