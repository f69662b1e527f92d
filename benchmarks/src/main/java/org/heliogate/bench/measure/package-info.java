/** Figures, what to judge them by, and how they are shown. */
@NullMarked
package org.heliogate.bench.measure;

import org.jspecify.annotations.NullMarked;
