package org.heliogate.rest.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list.
 *
 * @param items what is on it
 * @param nextCursor where the next page begins; null, and so left out, after the last one
 */
record Page<T>(List<T> items, @Nullable String nextCursor) {}
