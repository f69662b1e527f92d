/** What the features stand on: settings, clock, database, keys and the order of starting. */
@NullMarked
package org.heliogate.authz.platform;

import org.jspecify.annotations.NullMarked;
