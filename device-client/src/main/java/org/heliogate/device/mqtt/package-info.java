/** Phasor measurements over MQTT 5, with a certificate whose key may be in a secure element. */
@NullMarked
package org.heliogate.device.mqtt;

import org.jspecify.annotations.NullMarked;
