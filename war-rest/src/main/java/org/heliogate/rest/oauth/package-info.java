/** The endpoints for devices and applications: bootstrap, tokens, front door, CSR, keys. */
@NullMarked
package org.heliogate.rest.oauth;

import org.jspecify.annotations.NullMarked;
