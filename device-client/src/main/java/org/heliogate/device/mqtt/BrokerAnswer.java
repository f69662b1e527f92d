package org.heliogate.device.mqtt;

import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.Mqtt5ReasonCode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.heliogate.device.failure.BrokerRefusedException;
import org.heliogate.device.failure.BrokerUnreachableException;
import org.heliogate.device.failure.DeviceException;
import org.jspecify.annotations.Nullable;

/** What a failed call says about the broker: that it refused, or that it did not answer. */
final class BrokerAnswer {

  private static final int NOT_AUTHORIZED = 135;
  private static final int BAD_USER_NAME_OR_PASSWORD = 134;
  private static final int TOPIC_NAME_INVALID = 144;
  private static final int QUOTA_EXCEEDED = 151;

  private BrokerAnswer() {}

  /**
   * Tells a refusal from a lost connection.
   *
   * @param doing what failed
   * @param failure the MQTT client's exception
   */
  static DeviceException failure(String doing, @Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      for (Mqtt5ReasonCode code : codes(cause)) {
        if (code.isError()) {
          return refused(doing, code.getCode());
        }
      }
    }
    return new BrokerUnreachableException(
        doing + " failed: " + reason(failure),
        "Check that the broker runs and takes this certificate: it may be revoked or expired.",
        failure);
  }

  /** The network's own words where there are some, such as the TLS alert; not its wrappings'. */
  private static String reason(@Nullable Throwable failure) {
    if (failure instanceof TimeoutException) {
      return "no answer in time";
    }
    Throwable told = failure;
    while (told != null && !(told instanceof IOException) && told.getCause() != null) {
      told = told.getCause();
    }
    return told == null || told.getMessage() == null ? String.valueOf(told) : told.getMessage();
  }

  private static List<? extends Mqtt5ReasonCode> codes(Throwable failure) {
    if (failure instanceof Mqtt5ConnAckException refusal) {
      return List.of(refusal.getMqttMessage().getReasonCode());
    }
    if (failure instanceof Mqtt5PubAckException refusal) {
      return List.of(refusal.getMqttMessage().getReasonCode());
    }
    if (failure instanceof Mqtt5SubAckException refusal) {
      return refusal.getMqttMessage().getReasonCodes();
    }
    if (failure instanceof Mqtt5DisconnectException end) {
      return List.of(end.getMqttMessage().getReasonCode());
    }
    return List.of();
  }

  private static BrokerRefusedException refused(String doing, int code) {
    String name =
        switch (code) {
          case NOT_AUTHORIZED -> "not authorized";
          case BAD_USER_NAME_OR_PASSWORD -> "bad user name or password";
          case QUOTA_EXCEEDED -> "quota exceeded";
          case TOPIC_NAME_INVALID -> "topic name invalid";
          default -> "reason code of MQTT 5, section 2.4";
        };
    return new BrokerRefusedException(
        code,
        doing + " was refused by the broker: " + code + ", " + name,
        "Ask the operator for a grant on this topic, or use the topic of the bootstrap.");
  }
}
