/** The audit trail (architecture, decision 10). */
@NullMarked
package org.heliogate.authz.audit;

import org.jspecify.annotations.NullMarked;
