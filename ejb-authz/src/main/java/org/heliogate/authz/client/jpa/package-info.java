/** How registered clients are stored. */
@NullMarked
package org.heliogate.authz.client.jpa;

import org.jspecify.annotations.NullMarked;
