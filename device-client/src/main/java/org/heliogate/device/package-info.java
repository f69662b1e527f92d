/**
 * The calls of D3.4.2 §3.2 and §3.3 for devices and applications.
 *
 * <p>{@link org.heliogate.device.Device} does the initial security bootstrap; each of its {@link
 * org.heliogate.device.AuthorizedClient}s, and each {@link org.heliogate.device.Application}'s,
 * offers {@code securityBootstrap}, {@code getCredentials} and {@code getPermission}.
 */
@NullMarked
package org.heliogate.device;

import org.jspecify.annotations.NullMarked;
