/** The local instance that is measured, and answers of it that are wrong. */
@NullMarked
package org.heliogate.bench.instance;

import org.jspecify.annotations.NullMarked;
