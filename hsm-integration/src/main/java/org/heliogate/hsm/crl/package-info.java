/**
 * The command {@code heliogate-crl}: keeps the CRL file of a broker as new as the CA's, and tells
 * the broker. It needs nothing of the server but its plain-HTTP CRLs, and no library but picocli.
 */
@NullMarked
package org.heliogate.hsm.crl;

import org.jspecify.annotations.NullMarked;
