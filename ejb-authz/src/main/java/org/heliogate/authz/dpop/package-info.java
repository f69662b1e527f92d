/** Demonstrating proof of possession (DPoP, RFC 9449): proofs of clients, nonces of this server. */
@NullMarked
package org.heliogate.authz.dpop;

import org.jspecify.annotations.NullMarked;
