package org.heliogate.rar.mqtt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.heliogate.spi.ResourceProxyException;
import org.jspecify.annotations.Nullable;

/**
 * One MQTT 5 connection to the broker, over which commands of the dynamic security plugin are sent
 * and answered. It never reconnects; once lost it stays lost, and whoever pools it opens another.
 *
 * <p>No call holds its thread longer than the request timeout, whatever the broker does. After a
 * request that got no answer in time the connection counts as lost. Thread-safe; requests go one at
 * a time.
 */
final class BrokerLink implements AutoCloseable {

  /** Where commands go. */
  static final String REQUEST_TOPIC = "$CONTROL/dynamic-security/v1";

  /** Where answers come from. */
  static final String RESPONSE_TOPIC = "$CONTROL/dynamic-security/v1/response";

  private static final System.Logger LOG = System.getLogger(BrokerLink.class.getName());
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration GOODBYE = Duration.ofMillis(500);

  private final Duration timeout;
  private final LinkListener listener;
  private final MqttAsyncClient client;
  private final AbortableSockets sockets;
  private final String nonce = UUID.randomUUID().toString();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean lost = new AtomicBoolean();
  private final ReentrantLock oneAtATime = new ReentrantLock();
  private long requests;
  private volatile @Nullable PendingRequest pending;

  private BrokerLink(BrokerSettings settings, LinkListener listener, AbortableSockets sockets)
      throws MqttException {
    this.timeout = settings.requestTimeout();
    this.listener = listener;
    this.sockets = sockets;
    this.client =
        new MqttAsyncClient(
            settings.serverUri(), settings.clientIdPrefix() + "-" + nonce, new MemoryPersistence());
    this.client.setCallback(new Inbox());
  }

  /**
   * Connects, subscribes to the answers and makes sure of the broker's default access.
   *
   * @throws ResourceProxyException if that fails or takes longer than the request timeout
   */
  static BrokerLink open(BrokerSettings settings, SignOn signOn, LinkListener listener)
      throws ResourceProxyException {
    BrokerLink link;
    MqttConnectionOptions options = options(settings, signOn);
    try {
      AbortableSockets sockets =
          new AbortableSockets(BrokerTls.context(settings, signOn).getSocketFactory());
      options.setSocketFactory(sockets);
      link = new BrokerLink(settings, listener, sockets);
    } catch (GeneralSecurityException | IOException e) {
      throw new ResourceProxyException(
          "the TLS stores of the MQTT proxy are not usable: " + e.getMessage(), false, e);
    } catch (MqttException e) {
      throw BrokerFailure.of("the MQTT client could not be made", e);
    }
    boolean ready = false;
    try {
      link.connect(options);
      DefaultAccess.ensure(link, signOn.userName());
      ready = true;
      return link;
    } finally {
      if (!ready) {
        link.close();
      }
    }
  }

  /**
   * Has the broker carry out commands, all in one message.
   *
   * @param commands at least one
   * @return the broker's answer to each command, in order; refused ones have a member {@code error}
   * @throws ResourceProxyException if the connection failed, so that nothing is known of the
   *     commands
   */
  List<JsonNode> request(List<ObjectNode> commands) throws ResourceProxyException {
    long deadline = System.nanoTime() + timeout.toNanos();
    acquire();
    try {
      PendingRequest request = new PendingRequest(nonce + "-" + ++requests, commands);
      pending = request;
      if (!isUsable()) {
        throw new ResourceProxyException("the connection to the broker is closed", true, null);
      }
      publish(request);
      return request.await(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    } catch (TimeoutException e) {
      String reason = "the broker did not answer within " + timeout.toMillis() + " ms";
      lose(reason);
      throw new ResourceProxyException(reason, true, e);
    } catch (ResourceProxyException e) {
      lose(String.valueOf(e.getMessage()));
      throw e;
    } finally {
      pending = null;
      oneAtATime.unlock();
    }
  }

  /** Whether the connection is up, as far as is known without asking the broker. */
  boolean isUsable() {
    return !closed.get() && !lost.get() && client.isConnected();
  }

  /** Ends the connection and its threads. Closing twice is harmless. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    PendingRequest waiting = pending;
    if (waiting != null) {
      waiting.fail(new ResourceProxyException("the connection was closed", true, null));
    }
    if (!lost.get() && client.isConnected()) {
      attempt(() -> client.disconnect(0).waitForCompletion(GOODBYE.toMillis()));
    }
    sockets.abort();
    if (client.isConnected()) {
      attempt(() -> client.disconnectForcibly(0, 1, false));
    }
    attempt(() -> client.close(true));
  }

  private void connect(MqttConnectionOptions options) throws ResourceProxyException {
    long deadline = System.nanoTime() + timeout.toNanos();
    IMqttToken connecting = null;
    try {
      connecting = client.connect(options);
      await(connecting, deadline);
      IMqttToken subscribing = client.subscribe(RESPONSE_TOPIC, 1);
      await(subscribing, deadline);
      if (isRefused(subscribing)) {
        throw BrokerFailure.refused("the broker does not let the proxy hear its answers");
      }
    } catch (MqttException e) {
      sockets.abort();
      if (connecting != null && !connecting.isComplete()) {
        IMqttToken aborted = connecting;
        attempt(() -> aborted.waitForCompletion(GOODBYE.toMillis()));
      }
      throw BrokerFailure.of("no connection to the broker at " + client.getServerURI(), e);
    }
  }

  private void publish(PendingRequest request) throws ResourceProxyException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putArray("commands").addAll(request.commands());
    try {
      MqttMessage message = new MqttMessage(JSON.writeValueAsBytes(body), 1, false, null);
      client.publish(REQUEST_TOPIC, message, null, new Acceptance(request));
    } catch (JsonProcessingException e) {
      // Its message may quote what was written, a password for example.
      throw new ResourceProxyException("a command could not be written as JSON", false, null);
    } catch (MqttException e) {
      throw BrokerFailure.of("the broker could not be asked", e);
    }
  }

  private void acquire() throws ResourceProxyException {
    try {
      if (!oneAtATime.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new ResourceProxyException("the connection to the broker is busy", true, null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ResourceProxyException("interrupted while waiting for the broker", true, e);
    }
  }

  private void lose(String reason) {
    if (closed.get() || !lost.compareAndSet(false, true)) {
      return;
    }
    PendingRequest waiting = pending;
    if (waiting != null) {
      waiting.fail(new ResourceProxyException(reason, true, null));
    }
    sockets.abort();
    listener.linkLost(reason);
  }

  private static MqttConnectionOptions options(BrokerSettings settings, SignOn signOn) {
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setCleanStart(true);
    options.setSessionExpiryInterval(0L);
    options.setAutomaticReconnect(false);
    options.setHttpsHostnameVerificationEnabled(true);
    options.setKeepAliveInterval((int) settings.keepAlive().toSeconds());
    options.setConnectionTimeout((int) Math.max(1, settings.requestTimeout().toSeconds()));
    if (settings.keyStore() == null) {
      options.setUserName(signOn.userName());
      options.setPassword(signOn.passwordBytes());
    }
    return options;
  }

  /** Waits for a token; a wait of 0 would mean for ever to Paho. */
  private static void await(IMqttToken token, long deadlineNanos) throws MqttException {
    long millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    token.waitForCompletion(Math.max(1, millis));
  }

  private static boolean isRefused(IMqttToken token) {
    int[] codes = token.getReasonCodes();
    return codes != null && Arrays.stream(codes).anyMatch(code -> code >= 0x80);
  }

  private static void attempt(PahoCall call) {
    try {
      call.run();
    } catch (MqttException e) {
      LOG.log(Level.DEBUG, "while closing a connection to the broker", e);
    }
  }

  /** A call whose failure does not matter, because the connection is being given up. */
  private interface PahoCall {
    void run() throws MqttException;
  }

  /** What the broker says of a request's message itself, before any answer. */
  private record Acceptance(PendingRequest request) implements MqttActionListener {

    @Override
    public void onSuccess(IMqttToken token) {
      if (isRefused(token)) {
        request.fail(BrokerFailure.refused("the broker does not let the proxy administer it"));
      }
    }

    @Override
    public void onFailure(IMqttToken token, Throwable failure) {
      request.fail(BrokerFailure.of("the broker did not take the request", failure));
    }
  }

  /** What arrives from the broker. */
  private final class Inbox implements MqttCallback {

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      PendingRequest waiting = pending;
      if (waiting == null) {
        return;
      }
      try {
        waiting.offer(JSON.readTree(message.getPayload()).path("responses"));
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "the broker sent an answer that is not JSON");
      }
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
      MqttException cause = response.getException();
      lose(
          "the connection to the broker was lost"
              + (cause == null ? "" : ", reason " + cause.getReasonCode()));
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {
      lose("the connection to the broker failed, reason " + exception.getReasonCode());
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
      LOG.log(Level.TRACE, "the broker took a request");
    }

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {
      LOG.log(Level.DEBUG, "connected to {0}", serverUri);
    }

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {
      LOG.log(Level.DEBUG, "the broker asked for enhanced authentication");
    }
  }
}
