package org.heliogate.authz.platform;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Base64;
import org.heliogate.hsm.ElytronKeyStoreSource;
import org.heliogate.hsm.Sealer;
import org.heliogate.hsm.TokenKeyPairs;
import org.heliogate.hsm.TokenKeys;

/** The source of the keys on the HSM, as the server's key-store gives them. */
@ApplicationScoped
public class HsmProducer {

  private static final String CREDENTIAL_STORE = "heliogate";
  private static final String HSM_PIN = "hsm-pin";

  /** The keys on the HSM. */
  @Produces
  @Singleton
  public TokenKeys tokenKeys(Settings settings, Clock clock) {
    return new TokenKeys(
        new ElytronKeyStoreSource(
            settings.keyStore(), CREDENTIAL_STORE, settings.keyPasswordAlias().orElse(HSM_PIN)),
        clock);
  }

  /** The pairs that the server makes there by itself. */
  @Produces
  @Singleton
  public TokenKeyPairs tokenKeyPairs(TokenKeys keys, Clock clock) {
    return new TokenKeyPairs(keys, clock);
  }

  /** What seals secrets at rest under a key on the HSM. */
  @Produces
  @Singleton
  public SecretSealer secretSealer(TokenKeys keys) {
    Sealer sealer = new Sealer(keys);
    return new SecretSealer() {
      @Override
      public String seal(byte[] secret, String context) {
        return HsmCalls.call(
            () -> Base64.getEncoder().encodeToString(sealer.seal(secret, context.getBytes(UTF_8))));
      }

      @Override
      public byte[] open(String kept, String context) {
        return HsmCalls.call(
            () -> sealer.open(Base64.getDecoder().decode(kept), context.getBytes(UTF_8)));
      }
    };
  }
}
