/** Requests to the authorization server: TLS, bounded retries, and ways to authenticate. */
@NullMarked
package org.heliogate.device.http;

import org.jspecify.annotations.NullMarked;
