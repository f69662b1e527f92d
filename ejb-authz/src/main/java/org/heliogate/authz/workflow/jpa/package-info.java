/** How workflows and their versions are stored. */
@NullMarked
package org.heliogate.authz.workflow.jpa;

import org.jspecify.annotations.NullMarked;
