package org.heliogate.rar.mqtt;

import jakarta.resource.spi.InvalidPropertyException;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.heliogate.spi.ResourceServerDescription;
import org.heliogate.spi.SecurityProfile;
import org.jspecify.annotations.Nullable;

/**
 * The configuration properties of a pool, as JavaBean properties (Jakarta Connectors 2.1 §6.5.2).
 * None is a secret. A null or empty text means that the property is not set. Checked when the pool
 * makes its connection factory or a connection, not when set.
 */
public class MqttConfiguration implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final List<String> KEY_ALGORITHMS = List.of("EC-P256", "RSA-2048");

  private String serverUri = "";
  private String keyStore = "";
  private String keyStoreType = "PKCS12";
  private String trustStore = "";
  private String trustStoreType = "PKCS12";
  private String trustStorePasswordFile = "";
  private String clientIdPrefix = "heliogate";
  private Integer requestTimeoutMillis = 5_000;
  private Integer keepAliveSeconds = 15;
  private String x509Uri = "";
  private String passwordUri = "";

  /** Sets the defaults. */
  protected MqttConfiguration() {
    super();
  }

  /** The broker, {@code ssl://host:port}; required. */
  public String getServerUri() {
    return serverUri;
  }

  /** Sets the broker, {@code ssl://host:port}. */
  public void setServerUri(@Nullable String value) {
    serverUri = orEmpty(value);
  }

  /** The file with the proxy's key and certificate; empty: user and password in MQTT CONNECT. */
  public String getKeyStore() {
    return keyStore;
  }

  /** Sets the file with the proxy's key and certificate. */
  public void setKeyStore(@Nullable String value) {
    keyStore = orEmpty(value);
  }

  /** The key store's type, by default {@code PKCS12}. */
  public String getKeyStoreType() {
    return keyStoreType;
  }

  /** Sets the key store's type. */
  public void setKeyStoreType(@Nullable String value) {
    keyStoreType = orEmpty(value);
  }

  /** The file with the certificates that may sign the broker's; required. */
  public String getTrustStore() {
    return trustStore;
  }

  /** Sets the file with the certificates that may sign the broker's. */
  public void setTrustStore(@Nullable String value) {
    trustStore = orEmpty(value);
  }

  /** {@code PEM} or a key store type, by default {@code PKCS12}. */
  public String getTrustStoreType() {
    return trustStoreType;
  }

  /** Sets the trust store's type. */
  public void setTrustStoreType(@Nullable String value) {
    trustStoreType = orEmpty(value);
  }

  /** A file with the trust store's password; empty: the password of sign-on. */
  public String getTrustStorePasswordFile() {
    return trustStorePasswordFile;
  }

  /** Sets the file with the trust store's password. */
  public void setTrustStorePasswordFile(@Nullable String value) {
    trustStorePasswordFile = orEmpty(value);
  }

  /** What the proxy's MQTT client ids start with, by default {@code heliogate}. */
  public String getClientIdPrefix() {
    return clientIdPrefix;
  }

  /** Sets what the proxy's MQTT client ids start with. */
  public void setClientIdPrefix(@Nullable String value) {
    clientIdPrefix = orEmpty(value);
  }

  /** The longest that opening or one request may take, in milliseconds; 100 to 600,000. */
  public Integer getRequestTimeoutMillis() {
    return requestTimeoutMillis;
  }

  /** Sets the longest that opening or one request may take, in milliseconds. */
  public void setRequestTimeoutMillis(Integer value) {
    requestTimeoutMillis = value;
  }

  /** After how much silence the broker is probed, in seconds; 1 to 3,600. */
  public Integer getKeepAliveSeconds() {
    return keepAliveSeconds;
  }

  /** Sets after how much silence the broker is probed, in seconds. */
  public void setKeepAliveSeconds(Integer value) {
    keepAliveSeconds = value;
  }

  /** Where clients with a certificate connect; empty: not offered. */
  public String getX509Uri() {
    return x509Uri;
  }

  /** Sets where clients with a certificate connect. */
  public void setX509Uri(@Nullable String value) {
    x509Uri = orEmpty(value);
  }

  /** Where clients with a password connect; empty: not offered. */
  public String getPasswordUri() {
    return passwordUri;
  }

  /** Sets where clients with a password connect. */
  public void setPasswordUri(@Nullable String value) {
    passwordUri = orEmpty(value);
  }

  /** Checks all properties together. */
  void checkConfiguration() throws InvalidPropertyException {
    settings();
    description();
  }

  /** How to reach the broker. */
  BrokerSettings settings() throws InvalidPropertyException {
    checkServerUri();
    require(!trustStore.isEmpty(), "trustStore is not set");
    require(!clientIdPrefix.isEmpty(), "clientIdPrefix is empty");
    require(
        requestTimeoutMillis >= 100 && requestTimeoutMillis <= 600_000,
        "requestTimeoutMillis is not from 100 to 600000");
    require(
        keepAliveSeconds >= 1 && keepAliveSeconds <= 3_600,
        "keepAliveSeconds is not from 1 to 3600");
    return new BrokerSettings(
        serverUri,
        path(keyStore),
        keyStoreType,
        Path.of(trustStore),
        trustStoreType,
        path(trustStorePasswordFile),
        clientIdPrefix,
        Duration.ofMillis(requestTimeoutMillis),
        Duration.ofSeconds(keepAliveSeconds));
  }

  /** What clients and operators are told. */
  ResourceServerDescription description() throws InvalidPropertyException {
    List<SecurityProfile> profiles = new ArrayList<>();
    if (!x509Uri.isEmpty()) {
      profiles.add(new SecurityProfile(SecurityProfile.Type.X509, x509Uri, KEY_ALGORITHMS));
    }
    if (!passwordUri.isEmpty()) {
      profiles.add(new SecurityProfile(SecurityProfile.Type.PASSWORD, passwordUri, List.of()));
    }
    require(!profiles.isEmpty(), "neither x509Uri nor passwordUri is set");
    return new ResourceServerDescription(
        "mqtt", profiles, Permissions.SCOPES, PrincipalPlan.NAME.pattern());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MqttConfiguration that && values().equals(that.values());
  }

  @Override
  public int hashCode() {
    return values().hashCode();
  }

  private List<Object> values() {
    return List.of(
        serverUri,
        keyStore,
        keyStoreType,
        trustStore,
        trustStoreType,
        trustStorePasswordFile,
        clientIdPrefix,
        requestTimeoutMillis,
        keepAliveSeconds,
        x509Uri,
        passwordUri);
  }

  private void checkServerUri() throws InvalidPropertyException {
    try {
      URI uri = new URI(serverUri);
      require(
          Objects.equals(uri.getScheme(), "ssl")
              && uri.getHost() != null
              && uri.getPort() > 0
              && uri.getRawUserInfo() == null,
          "serverUri is not of the form ssl://host:port");
    } catch (URISyntaxException e) {
      throw new InvalidPropertyException("serverUri is not of the form ssl://host:port", e);
    }
  }

  private static void require(boolean condition, String otherwise) throws InvalidPropertyException {
    if (!condition) {
      throw new InvalidPropertyException(otherwise);
    }
  }

  private static @Nullable Path path(String text) {
    return text.isEmpty() ? null : Path.of(text);
  }

  private static String orEmpty(@Nullable String value) {
    return value == null ? "" : value.strip();
  }
}
