/**
 * The MQTT resource adapter: an outbound Jakarta Connectors 2.1 adapter that makes Mosquitto's
 * dynamic security plugin enforce what Heliogate granted.
 *
 * <p>Three layers, each of which knows only the next: the connector classes ({@link
 * org.heliogate.rar.mqtt.MqttManagedConnectionFactory} and what it makes), the enforcement of
 * principals ({@link org.heliogate.rar.mqtt.PrincipalEnforcer}, {@link
 * org.heliogate.rar.mqtt.PrincipalReader}, {@link org.heliogate.rar.mqtt.PrincipalPlan}), and one
 * MQTT 5 connection over which commands are answered ({@link org.heliogate.rar.mqtt.BrokerLink}).
 */
@NullMarked
package org.heliogate.rar.mqtt;

import org.jspecify.annotations.NullMarked;
