package org.heliogate.rar.mqtt;

import java.security.cert.CertificateException;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.heliogate.spi.ResourceProxyException;
import org.jspecify.annotations.Nullable;

/** The judgement on failures of Paho and TLS: whether waiting can help, and what to tell people. */
final class BrokerFailure {

  /**
   * Reason codes that only an operator can put right (MQTT 5.0 §3.2.2.2): protocol version, client
   * id, bad user name or password, not authorized, banned, bad authentication method.
   */
  private static final Set<Integer> FINAL = Set.of(132, 133, 134, 135, 138, 140);

  /** The TLS alerts by which the broker refuses our certificate (RFC 8446 §6.2). */
  private static final Pattern ALERT =
      Pattern.compile("(?s).*fatal alert: (\\w*certificate\\w*|unknown_ca|access_denied).*");

  private BrokerFailure() {}

  /** A refusal that only an operator can lift. */
  static ResourceProxyException refused(String what) {
    return new ResourceProxyException(what, false, null);
  }

  /** Judges a failure and says what it is; messages of Paho and TLS carry no secrets. */
  static ResourceProxyException of(String what, Throwable failure) {
    StringBuilder message = new StringBuilder(what);
    boolean retryable = true;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof MqttException mqtt) {
        message.append(": MQTT reason ").append(mqtt.getReasonCode());
        retryable &= !FINAL.contains(mqtt.getReasonCode());
      } else if (cause.getMessage() != null) {
        message.append(": ").append(cause.getMessage());
      }
      retryable &= !isUntrusted(cause);
    }
    return new ResourceProxyException(message.toString(), retryable, failure);
  }

  /** Whether one side does not trust the other's certificate. */
  private static boolean isUntrusted(@Nullable Throwable cause) {
    return cause instanceof CertificateException
        || cause instanceof SSLPeerUnverifiedException
        || (cause instanceof SSLException
            && ALERT.matcher(String.valueOf(cause.getMessage())).matches());
  }
}
