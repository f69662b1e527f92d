package org.heliogate.authz.signing;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.heliogate.authz.platform.TestSealer;
import org.heliogate.hsm.TokenKeyPairs;
import org.heliogate.hsm.TokenKeys;

/** Signing keys for the tests of those who use them. */
public final class TestSigningKeys {

  private TestSigningKeys() {}

  /** The one key of a key store from before the server made its own. */
  public static SigningKeys inherited(TokenKeys keys, Clock clock) {
    SigningPairs pairs =
        new HsmSigningPairs(keys, new TokenKeyPairs(keys, clock), new TestSealer());
    Instant now = clock.instant();
    SigningKey key =
        new SigningKey(
            TokenKeys.RPT,
            1,
            SigningKey.Holder.KEY_STORE,
            null,
            SigningKeyStore.published(pairs.inherited().orElseThrow()),
            now,
            now,
            null,
            null);
    return new SigningKeys(new FixedStore(key), pairs, clock);
  }

  private static final class FixedStore extends SigningKeyStore {

    private final List<SigningKey> keys;

    @SuppressWarnings("NullAway") // It answers without a database.
    FixedStore(SigningKey key) {
      super(null, null, null, null);
      this.keys = List.of(key);
    }

    @Override
    public List<SigningKey> load() {
      return keys;
    }
  }
}
