/** A load generator for HTTPS, cheap enough to share a machine with the server that it measures. */
@NullMarked
package org.heliogate.bench.load;

import org.jspecify.annotations.NullMarked;
