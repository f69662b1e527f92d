/** How change notices, shared keys and values that count once are stored. */
@NullMarked
package org.heliogate.authz.platform.jpa;

import org.jspecify.annotations.NullMarked;
