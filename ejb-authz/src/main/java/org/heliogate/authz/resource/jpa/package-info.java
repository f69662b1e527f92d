/** How resource servers and their resources are stored. */
@NullMarked
package org.heliogate.authz.resource.jpa;

import org.jspecify.annotations.NullMarked;
