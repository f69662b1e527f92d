package org.heliogate.authz.signing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSSigner;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.heliogate.authz.signing.SigningKey.Holder;
import org.heliogate.hsm.HsmUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Where the private parts of the signing keys are: made there, used there, and destroyed there.
 * Nothing here touches the database, and nothing may be called within a transaction. Thread-safe.
 * Every method throws {@link HsmUnavailableException} if the HSM is out of reach.
 */
public interface SigningPairs {

  /**
   * A pair just made.
   *
   * @param publicKey EC P-256
   * @param sealed the sealed private part; null where the key store has it
   */
  record Made(ECPublicKey publicKey, @Nullable String sealed) {

    Holder holder() {
      return sealed == null ? Holder.KEY_STORE : Holder.SEALED;
    }

    /** Shows nothing of the pair. */
    @Override
    public String toString() {
      return "Made[" + holder() + "]";
    }
  }

  /** Something signed with a private part; see {@link #use}. */
  @FunctionalInterface
  interface Signing<T> {
    T by(JWSSigner signer) throws JOSEException;
  }

  /** Makes a pair under a name that was never used before. */
  Made make(String id);

  /** The pair that the offline command left in the key store before the server made its own. */
  Optional<ECPublicKey> inherited();

  /** Signs. It may run twice, the second time after the token was logged in to again. */
  <T> T use(SigningKey key, Signing<T> signing);

  /** Opens the private part, so that the first signature finds it. */
  void open(SigningKey key);

  /** Destroys a private part in the key store; one that is not there is no error. */
  void destroy(String id);

  /** The names of the pairs in the key store that {@link #make} made before that moment. */
  Set<String> madeBefore(Instant moment);
}
