package org.heliogate.rest.admin;

import java.time.Instant;
import java.util.Locale;
import org.heliogate.authz.signing.SigningKey;
import org.jspecify.annotations.Nullable;

/**
 * A signing key as operators see it: never its private part.
 *
 * @param kid its name in tokens and in the JWKS
 * @param state {@code next}, {@code active}, {@code retired}, {@code removed} or {@code revoked}
 * @param holder {@code key_store}, or {@code sealed} in the database
 * @param createdAt since when it is published
 * @param activatesAt from when on it signs
 * @param retiresAt from when on the next one signs; left out while there is none
 * @param removedAt from when on nothing that it signed is valid; left out while it does not retire
 * @param revokedAt since when its tokens are refused; left out unless it is revoked
 */
record SigningKeyView(
    String kid,
    String state,
    String holder,
    Instant createdAt,
    Instant activatesAt,
    @Nullable Instant retiresAt,
    @Nullable Instant removedAt,
    @Nullable Instant revokedAt) {

  static SigningKeyView of(SigningKey key, Instant now) {
    Instant retiresAt = key.retiresAt();
    Instant revokedAt = key.revokedAt();
    return new SigningKeyView(
        key.kid(),
        lower(key.state(now)),
        lower(key.holder()),
        key.createdAt(),
        key.activatesAt(),
        retiresAt,
        revokedAt != null ? revokedAt : retiresAt == null ? null : retiresAt.plus(SigningKey.TAIL),
        revokedAt);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
