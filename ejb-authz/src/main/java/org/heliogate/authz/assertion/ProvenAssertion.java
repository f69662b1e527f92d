package org.heliogate.authz.assertion;

import java.time.Instant;

/**
 * An assertion whose signature and claims are good. It counts once, so its identifier is still to
 * be spent.
 *
 * @param subject who has signed it
 * @param id the {@code jti}
 * @param expiresAt from when on it is refused for its age alone
 */
public record ProvenAssertion(String subject, String id, Instant expiresAt) {}
