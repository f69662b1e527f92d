/** The initial security bootstrap (D3.4.2 §3.2). */
@NullMarked
package org.heliogate.authz.bootstrap;

import org.jspecify.annotations.NullMarked;
