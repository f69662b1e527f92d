/**
 * The inputs of fuzz tests: {@link org.heliogate.fuzz.Cases} runs a test's body many times, {@link
 * org.heliogate.fuzz.Chance} decides within one run, and the rest break what was well-formed.
 */
@NullMarked
package org.heliogate.fuzz;

import org.jspecify.annotations.NullMarked;
