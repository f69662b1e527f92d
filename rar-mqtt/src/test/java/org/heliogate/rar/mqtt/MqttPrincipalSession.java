package org.heliogate.rar.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.heliogate.spi.Permission;
import org.heliogate.spi.PrincipalSession;
import org.jspecify.annotations.Nullable;

/** A principal's MQTT 5 session. */
final class MqttPrincipalSession implements PrincipalSession {

  private static final long WAIT_MILLIS = 5_000;

  private final MqttAsyncClient client;
  private final Queue<String> received = new ConcurrentLinkedQueue<>();

  private MqttPrincipalSession(int port, String clientId) throws MqttException {
    client = new MqttAsyncClient("ssl://localhost:" + port, clientId, new MemoryPersistence());
    client.setCallback(new Inbox());
  }

  /** How a session logs in; a null user or password is not sent. */
  record Login(int port, SSLContext tls, @Nullable String user, @Nullable String password) {}

  /** Connects with a clean start, null if refused. */
  static @Nullable MqttPrincipalSession open(Login login) {
    return open(login, UUID.randomUUID().toString(), true);
  }

  /** Connects, null if refused; a session without clean start is kept by the broker. */
  static @Nullable MqttPrincipalSession open(Login login, String clientId, boolean cleanStart) {
    try {
      MqttPrincipalSession session = new MqttPrincipalSession(login.port(), clientId);
      MqttConnectionOptions options = new MqttConnectionOptions();
      options.setSocketFactory(login.tls().getSocketFactory());
      options.setCleanStart(cleanStart);
      options.setSessionExpiryInterval(cleanStart ? 0L : 3_600L);
      options.setUserName(login.user());
      options.setPassword(
          login.password() == null ? null : login.password().getBytes(StandardCharsets.UTF_8));
      try {
        session.client.connect(options).waitForCompletion(WAIT_MILLIS);
        return session;
      } catch (MqttException e) {
        session.close();
        return null;
      }
    } catch (MqttException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public boolean mayUse(Permission right) {
    return right.scope().equals("publish")
        ? publish(right.resource(), "measurement")
        : subscribe(right.resource());
  }

  boolean publish(String topic, String payload) {
    try {
      MqttMessage message =
          new MqttMessage(payload.getBytes(StandardCharsets.UTF_8), 1, false, null);
      IMqttToken token = client.publish(topic, message);
      token.waitForCompletion(WAIT_MILLIS);
      return isAccepted(token);
    } catch (MqttException e) {
      return false;
    }
  }

  boolean subscribe(String filter) {
    try {
      IMqttToken token = client.subscribe(filter, 1);
      token.waitForCompletion(WAIT_MILLIS);
      return isAccepted(token);
    } catch (MqttException e) {
      return false;
    }
  }

  /** What arrived, as {@code topic=payload}. */
  Queue<String> received() {
    return received;
  }

  @Override
  public boolean isAlive() {
    return client.isConnected();
  }

  @Override
  public void close() {
    try {
      if (client.isConnected()) {
        client.disconnect(0).waitForCompletion(WAIT_MILLIS);
      }
      client.close(true);
    } catch (MqttException e) {
      if (client.isConnected()) {
        throw new AssertionError(e);
      }
    }
  }

  private static boolean isAccepted(IMqttToken token) {
    return Arrays.stream(token.getReasonCodes()).allMatch(code -> code < 0x80);
  }

  private final class Inbox implements MqttCallback {
    @Override
    public void messageArrived(String topic, MqttMessage message) {
      received.add(topic + "=" + message);
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
      received.add("disconnected");
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {
      received.add("error");
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
      // Nothing hangs on it: publish() waits for the token itself.
    }

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {
      // Nothing to note: open() waits for the connection itself.
    }

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {
      throw new AssertionError("the broker asked for enhanced authentication");
    }
  }
}
