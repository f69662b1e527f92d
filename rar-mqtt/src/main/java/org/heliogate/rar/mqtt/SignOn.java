package org.heliogate.rar.mqtt;

import jakarta.resource.spi.ConnectionRequestInfo;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Who the proxy is at the broker: the user name and a password that either opens the client key
 * store or goes into MQTT CONNECT. As a {@link ConnectionRequestInfo} it carries what a component
 * itself handed to the connection factory (Jakarta Connectors 2.1 §6.4.3). Immutable; never prints
 * its password.
 */
final class SignOn implements ConnectionRequestInfo {

  private final String userName;
  private final char[] password;

  SignOn(String userName, char[] password) {
    this.userName = userName;
    this.password = password.clone();
  }

  /** The user name at the broker. */
  String userName() {
    return userName;
  }

  /** A copy of the password. */
  char[] password() {
    return password.clone();
  }

  /** The password in UTF-8. */
  byte[] passwordBytes() {
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SignOn that
        && userName.equals(that.userName)
        && MessageDigest.isEqual(passwordBytes(), that.passwordBytes());
  }

  @Override
  public int hashCode() {
    return userName.hashCode();
  }

  @Override
  public String toString() {
    return "SignOn[userName=" + userName + "]";
  }
}
