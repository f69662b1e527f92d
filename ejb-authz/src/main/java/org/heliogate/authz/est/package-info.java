/** Enrolment over Secure Transport (RFC 7030, RFC 8951), behind its HTTP. */
@NullMarked
package org.heliogate.authz.est;

import org.jspecify.annotations.NullMarked;
