package org.heliogate.rar.mqtt;

/** Whoever must know that a connection to the broker is gone. */
interface LinkListener {

  /**
   * The connection failed and will not come back. Called at most once, by any thread, and not when
   * {@link BrokerLink#close()} ended the connection.
   *
   * @param reason for people, without secrets
   */
  void linkLost(String reason);
}
