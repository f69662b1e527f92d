/** The rows of answered requests. */
@NullMarked
package org.heliogate.authz.idempotency.jpa;

import org.jspecify.annotations.NullMarked;
