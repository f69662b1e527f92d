/** What each resource server must enforce, and the relay that makes it so. */
@NullMarked
package org.heliogate.authz.projection;

import org.jspecify.annotations.NullMarked;
