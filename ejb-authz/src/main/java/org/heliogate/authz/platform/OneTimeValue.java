package org.heliogate.authz.platform;

import java.time.Instant;

/**
 * A value that counts once, as it is stored.
 *
 * @param kind keeps values of different kinds apart; only for messages
 * @param digest SHA-256 over kind, owner and value, base64url
 * @param expiresAt from when on the row may be forgotten
 * @param ticketDigest SHA-256 of a ticket that nobody may own but the client; empty for other
 *     values
 * @param client who may own that ticket; empty for other values
 */
record OneTimeValue(
    String kind, String digest, Instant expiresAt, String ticketDigest, String client) {}
