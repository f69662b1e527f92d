/** Registered clients: the applications of devices and people, and what each may use. */
@NullMarked
package org.heliogate.authz.client;

import org.jspecify.annotations.NullMarked;
