/** Workflows in force: loading documents, planning changes and applying them. */
@NullMarked
package org.heliogate.authz.plan;

import org.jspecify.annotations.NullMarked;
