/**
 * What relying parties fetch: CA certificates and revocation lists, also over plain HTTP (RFC 5280
 * §8).
 */
@NullMarked
package org.heliogate.rest.pki;

import org.jspecify.annotations.NullMarked;
