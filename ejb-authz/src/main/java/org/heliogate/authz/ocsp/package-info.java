/**
 * The OCSP responder (RFC 6960): its keys and certificates, which it renews by itself, and its
 * answers, most of which are signed before they are asked for again.
 */
@NullMarked
package org.heliogate.authz.ocsp;

import org.jspecify.annotations.NullMarked;
