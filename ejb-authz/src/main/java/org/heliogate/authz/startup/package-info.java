/** The order of starting, what runs in the background, and whether all is well. */
@NullMarked
package org.heliogate.authz.startup;

import org.jspecify.annotations.NullMarked;
