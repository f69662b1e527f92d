/** The front door, permission tickets and the UMA grant (D3.4.2 §4; UMA 2.0 Grant). */
@NullMarked
package org.heliogate.authz.uma;

import org.jspecify.annotations.NullMarked;
