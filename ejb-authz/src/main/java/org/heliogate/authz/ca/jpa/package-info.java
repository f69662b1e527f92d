/** The rows of certificates and CRLs. */
@NullMarked
package org.heliogate.authz.ca.jpa;

import org.jspecify.annotations.NullMarked;
