/** Enrolment over Secure Transport (RFC 7030, RFC 8951). */
@NullMarked
package org.heliogate.rest.est;

import org.jspecify.annotations.NullMarked;
