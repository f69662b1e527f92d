/** How devices are stored. */
@NullMarked
package org.heliogate.authz.device.jpa;

import org.jspecify.annotations.NullMarked;
