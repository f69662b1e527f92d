package org.heliogate.authz.platform;

import java.time.Instant;

/**
 * A value that counts once, as it is stored.
 *
 * @param kind keeps values of different kinds apart; only for messages
 * @param digest SHA-256 over kind, owner and value, base64url
 * @param expiresAt from when on the row may be forgotten
 */
record OneTimeValue(String kind, String digest, Instant expiresAt) {}
