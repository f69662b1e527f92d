/**
 * What can go wrong, as a closed set of types: every failure says what happened and what to do.
 *
 * <p>No message carries a PIN, a client secret, a token or a one-time password.
 */
@NullMarked
package org.heliogate.device.failure;

import org.jspecify.annotations.NullMarked;
