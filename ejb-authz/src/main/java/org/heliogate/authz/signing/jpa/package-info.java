/** How the pairs that sign tokens are stored. */
@NullMarked
package org.heliogate.authz.signing.jpa;

import org.jspecify.annotations.NullMarked;
