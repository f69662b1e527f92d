/**
 * The online certificate status protocol (RFC 6960, the profile of RFC 5019, the nonces of RFC
 * 8954): its requests are read, its responses made and signed. What a certificate's status is comes
 * from elsewhere.
 */
@NullMarked
package org.heliogate.hsm.ocsp;

import org.jspecify.annotations.NullMarked;
