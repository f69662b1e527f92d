/** How approvals are stored. */
@NullMarked
package org.heliogate.authz.policy.jpa;

import org.jspecify.annotations.NullMarked;
