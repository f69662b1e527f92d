/** How audit events are stored. */
@NullMarked
package org.heliogate.authz.audit.jpa;

import org.jspecify.annotations.NullMarked;
