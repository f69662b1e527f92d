package org.heliogate.authz.dpop;

import java.time.Instant;

/**
 * A DPoP proof (RFC 9449 §4.2) that was verified and is still to be spent.
 *
 * @param keyThumbprint the SHA-256 thumbprint of its key (RFC 7638), base64url
 * @param id its {@code jti}
 * @param expiresAt from when on it is refused for its age alone
 */
public record DpopProof(String keyThumbprint, String id, Instant expiresAt) {}
