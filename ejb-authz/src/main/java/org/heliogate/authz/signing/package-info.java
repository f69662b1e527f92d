/**
 * The keys that sign tokens: made, published, used, retired and removed by the server itself
 * (architecture, decision 7). {@link org.heliogate.authz.signing.SigningKeys} is the way in.
 */
@NullMarked
package org.heliogate.authz.signing;

import org.jspecify.annotations.NullMarked;
