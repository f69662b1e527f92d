package org.heliogate.device.mqtt;

import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.reactivex.schedulers.Schedulers;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.heliogate.device.failure.BrokerRefusedException;
import org.heliogate.device.failure.BrokerUnreachableException;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.http.ClientTls;

/**
 * A connection to an MQTT 5 broker over TLS 1.3 or 1.2; publications and subscriptions have quality
 * of service 1, so that the broker answers each.
 *
 * <p>A refusal (reason code 128 and above, MQTT 5 §2.4) is an error, never silent. The broker's
 * certificate and host name are verified. A connection that broke is not opened again. Each call
 * waits 30 seconds at most. A session has one thread, a daemon, which ends with the connection.
 */
public final class MqttSession implements AutoCloseable {

  private static final int STANDARD_PORT = 8883;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  private final Mqtt5AsyncClient client;
  private final Duration timeout;

  private MqttSession(Mqtt5AsyncClient client, Duration timeout) {
    this.client = client;
    this.timeout = timeout;
  }

  /**
   * Connects.
   *
   * @param broker {@code mqtts://host:port}, port 8883 if it names none
   * @param tls whom to trust, and the client's own key
   * @param clientId the MQTT client identifier
   * @throws BrokerUnreachableException when there is no connection
   * @throws BrokerRefusedException when the broker does not let the client in
   */
  public static MqttSession connect(URI broker, ClientTls tls, String clientId) {
    return connect(broker, tls, clientId, TIMEOUT);
  }

  static MqttSession connect(URI broker, ClientTls tls, String clientId, Duration timeout) {
    if (!"mqtts".equals(broker.getScheme()) || broker.getHost() == null) {
      throw new ConfigurationException(
          "the broker's address " + broker + " is not mqtts://host:port",
          "Check the resource server's security profile.");
    }
    Mqtt5AsyncClient client =
        Mqtt5Client.builder()
            .identifier(clientId)
            .executorConfig(threads(clientId))
            .transportConfig()
            .serverHost(broker.getHost())
            .serverPort(broker.getPort() < 0 ? STANDARD_PORT : broker.getPort())
            .sslConfig(encryption(tls, timeout))
            .socketConnectTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .mqttConnectTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .applyTransportConfig()
            .buildAsync();
    MqttSession session = new MqttSession(client, timeout);
    session.await("connecting to " + broker, client.connect());
    return session;
  }

  private static MqttClientSslConfig encryption(ClientTls tls, Duration timeout) {
    return MqttClientSslConfig.builder()
        .keyManagerFactory(new OneKeyManager(tls.key()))
        .trustManagerFactory(tls.trust().trustManagers())
        .protocols(PROTOCOLS)
        .handshakeTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .build();
  }

  /** One thread for network and callbacks; a slow secure element delays no other session. */
  private static MqttClientExecutorConfig threads(String clientId) {
    Executor network =
        task -> {
          Thread thread = new Thread(task, "mqtt " + clientId);
          thread.setDaemon(true);
          thread.start();
        };
    return MqttClientExecutorConfig.builder()
        .nettyExecutor(network)
        .nettyThreads(1)
        .applicationScheduler(Schedulers.trampoline())
        .build();
  }

  /**
   * Publishes a message and waits until the broker has accepted it.
   *
   * @throws BrokerRefusedException when the broker refuses it, for example with 135, not authorized
   */
  public void publish(String topic, byte[] payload) {
    await(
        "publishing on " + topic,
        client.publishWith().topic(topic).payload(payload).qos(MqttQos.AT_LEAST_ONCE).send());
  }

  /**
   * Subscribes and waits until the broker has accepted it.
   *
   * @param filter the topic filter
   * @param receiver gets each message's topic and payload, on the network thread
   * @throws BrokerRefusedException when the broker refuses it
   */
  public void subscribe(String filter, BiConsumer<String, byte[]> receiver) {
    await(
        "subscribing to " + filter,
        client
            .subscribeWith()
            .topicFilter(filter)
            .qos(MqttQos.AT_LEAST_ONCE)
            .callback(
                message ->
                    receiver.accept(message.getTopic().toString(), message.getPayloadAsBytes()))
            .send());
  }

  /** Whether the broker has not ended the connection. */
  public boolean isConnected() {
    return client.getState().isConnected();
  }

  /** Disconnects; closing a broken connection succeeds. */
  @Override
  public void close() {
    if (isConnected()) {
      await("disconnecting", client.disconnect());
    }
  }

  private void await(String doing, CompletableFuture<?> answer) {
    try {
      answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw BrokerAnswer.failure(doing, e.getCause());
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw BrokerAnswer.failure(doing, e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw BrokerAnswer.failure(doing, e);
    }
  }
}
