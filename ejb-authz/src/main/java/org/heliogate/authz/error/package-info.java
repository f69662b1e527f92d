/** What can be wrong with a request, said once and mapped to the wire once, at the edge. */
@NullMarked
package org.heliogate.authz.error;

import org.jspecify.annotations.NullMarked;
