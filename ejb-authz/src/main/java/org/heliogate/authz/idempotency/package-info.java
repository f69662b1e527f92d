/** Requests that may be repeated: the same key brings the same answer and no second effect. */
@NullMarked
package org.heliogate.authz.idempotency;

import org.jspecify.annotations.NullMarked;
