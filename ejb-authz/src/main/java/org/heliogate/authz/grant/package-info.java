/** Who may do what: the rights that a client's roles give it on each resource server. */
@NullMarked
package org.heliogate.authz.grant;

import org.jspecify.annotations.NullMarked;
