/** How roles, their grants and the resources they name are stored. */
@NullMarked
package org.heliogate.authz.grant.jpa;

import org.jspecify.annotations.NullMarked;
