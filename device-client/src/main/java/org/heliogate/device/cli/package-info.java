/** The command {@code wams}: secure elements, devices and applications from a shell. */
@NullMarked
package org.heliogate.device.cli;

import org.jspecify.annotations.NullMarked;
