package org.heliogate.rar.mqtt;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to reach the broker, checked.
 *
 * @param serverUri {@code ssl://host:port}
 * @param keyStore the client key store that the sign-on's password opens, null if user and password
 *     go into MQTT CONNECT
 * @param keyStoreType the type of the key store
 * @param trustStore the trusted certificates
 * @param trustStoreType {@code PEM} or a type of {@code java.security.KeyStore}
 * @param trustStorePasswordFile a file with the trust store's password, null if the sign-on's
 *     password opens it
 * @param clientIdPrefix what the MQTT client ids start with
 * @param requestTimeout the longest that opening a connection, or one request, may take
 * @param keepAlive how long the connection may be silent before the broker is probed
 */
record BrokerSettings(
    String serverUri,
    @Nullable Path keyStore,
    String keyStoreType,
    Path trustStore,
    String trustStoreType,
    @Nullable Path trustStorePasswordFile,
    String clientIdPrefix,
    Duration requestTimeout,
    Duration keepAlive) {}
