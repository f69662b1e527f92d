/** What all endpoints share: bodies and their limits, callers, errors, JSON. */
@NullMarked
package org.heliogate.rest.wire;

import org.jspecify.annotations.NullMarked;
