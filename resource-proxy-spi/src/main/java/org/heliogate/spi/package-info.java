/**
 * The resource proxy SPI: how Heliogate makes a server that knows no OAuth enforce a grant (D3.4.2
 * §2, "resource proxies").
 *
 * <p>The interface is small, in batches, idempotent and about whole states. The authorization
 * server says what a principal may do, all of it, under a generation number; the adapter makes the
 * resource server's native access control say the same. Nothing in this package names a brand or a
 * protocol: a further kind of server is a further adapter and nothing else.
 */
@NullMarked
package org.heliogate.spi;

import org.jspecify.annotations.NullMarked;
