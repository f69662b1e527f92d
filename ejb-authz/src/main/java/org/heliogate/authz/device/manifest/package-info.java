/**
 * The secure-element maker's manifest: a stream of devices' IDs, public keys and secrets, a secure
 * element a line, as NDJSON or CSV (D3.4.2 §3.2, step 3; HTTP contract, "Bulk load").
 *
 * <p>{@link org.heliogate.authz.device.manifest.ManifestReader} never holds more than one line and
 * never gives up because of one: a line is an element or a fault. No fault's text holds anything of
 * a PIN, a secret or a key.
 */
@NullMarked
package org.heliogate.authz.device.manifest;

import org.jspecify.annotations.NullMarked;
