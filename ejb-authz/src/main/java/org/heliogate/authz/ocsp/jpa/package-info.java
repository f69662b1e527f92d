/** How responders are stored. */
@NullMarked
package org.heliogate.authz.ocsp.jpa;

import org.jspecify.annotations.NullMarked;
