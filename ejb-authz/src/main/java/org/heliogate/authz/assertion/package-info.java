/** Signed assertions by which devices and clients prove who they are (RFC 7523 §3). */
@NullMarked
package org.heliogate.authz.assertion;

import org.jspecify.annotations.NullMarked;
