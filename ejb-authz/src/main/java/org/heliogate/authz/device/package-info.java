/** Devices: secure elements as their maker listed them, and how far each has come. */
@NullMarked
package org.heliogate.authz.device;

import org.jspecify.annotations.NullMarked;
