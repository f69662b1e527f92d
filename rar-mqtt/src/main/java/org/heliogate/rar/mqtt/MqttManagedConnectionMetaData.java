package org.heliogate.rar.mqtt;

import jakarta.resource.spi.ManagedConnectionMetaData;

/**
 * What is known of a connection's broker.
 *
 * @param userName the proxy's user name at the broker
 */
record MqttManagedConnectionMetaData(String userName) implements ManagedConnectionMetaData {

  @Override
  public String getEISProductName() {
    return "Mosquitto with dynamic security";
  }

  @Override
  public String getEISProductVersion() {
    return "MQTT 5.0";
  }

  /** No limit is known. */
  @Override
  public int getMaxConnections() {
    return 0;
  }

  @Override
  public String getUserName() {
    return userName;
  }
}
