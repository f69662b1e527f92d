/**
 * The application's part of {@code /health/ready}. The server's health subsystem sees the checks of
 * an application's shared libraries, not those of the modules inside it; so the check is here, and
 * the module that knows the answer leaves it here.
 */
@NullMarked
package org.heliogate.readiness;

import org.jspecify.annotations.NullMarked;
