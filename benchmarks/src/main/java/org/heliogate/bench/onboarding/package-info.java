/** The onboarding of devices at a running instance, timed and checked. */
@NullMarked
package org.heliogate.bench.onboarding;

import org.jspecify.annotations.NullMarked;
