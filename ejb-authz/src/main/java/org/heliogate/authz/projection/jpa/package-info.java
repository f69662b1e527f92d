/** How projections and the relay's leases are stored. */
@NullMarked
package org.heliogate.authz.projection.jpa;

import org.jspecify.annotations.NullMarked;
