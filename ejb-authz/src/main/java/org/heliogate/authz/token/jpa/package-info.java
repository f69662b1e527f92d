/** How the early end of tokens is stored. */
@NullMarked
package org.heliogate.authz.token.jpa;

import org.jspecify.annotations.NullMarked;
