/** The administration API for operators, {@code /admin/api/v1}. */
@NullMarked
package org.heliogate.rest.admin;

import org.jspecify.annotations.NullMarked;
