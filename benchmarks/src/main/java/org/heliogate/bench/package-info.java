/** The benchmarks' command line. */
@NullMarked
package org.heliogate.bench;

import org.jspecify.annotations.NullMarked;
