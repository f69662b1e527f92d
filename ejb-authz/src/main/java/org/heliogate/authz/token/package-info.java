/** Client authentication and the authorization API token (AAT). */
@NullMarked
package org.heliogate.authz.token;

import org.jspecify.annotations.NullMarked;
