package org.heliogate.authz.signing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.heliogate.hsm.HsmUnavailableException;
import org.heliogate.hsm.TokenKeys;

/** A token that several nodes share, and that can fail at the worst moment. */
final class FakePairs implements SigningPairs {

  private record Held(KeyPair pair, Instant since) {}

  private final Map<String, Held> held = new ConcurrentHashMap<>();
  private final Clock clock;
  boolean down;

  FakePairs(Clock clock) {
    this.clock = clock;
  }

  void inherit() {
    held.put(TokenKeys.RPT, new Held(pair(), clock.instant()));
  }

  Set<String> names() {
    return Set.copyOf(held.keySet());
  }

  @Override
  public Made make(String id) {
    check();
    KeyPair pair = pair();
    held.put(id, new Held(pair, clock.instant()));
    return new Made((ECPublicKey) pair.getPublic(), null);
  }

  @Override
  public Optional<ECPublicKey> inherited() {
    check();
    return Optional.ofNullable(held.get(TokenKeys.RPT))
        .map(one -> (ECPublicKey) one.pair().getPublic());
  }

  @Override
  public <T> T use(SigningKey key, Signing<T> signing) {
    open(key);
    try {
      Held one = Objects.requireNonNull(held.get(key.id()));
      return signing.by(new ECDSASigner(one.pair().getPrivate(), Curve.P_256));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void open(SigningKey key) {
    check();
    if (!held.containsKey(key.id())) {
      throw new HsmUnavailableException(
          HsmUnavailableException.Reason.KEY_ABSENT, "no " + key.id(), null);
    }
  }

  @Override
  public void destroy(String id) {
    check();
    held.remove(id);
  }

  @Override
  public Set<String> madeBefore(Instant moment) {
    check();
    Set<String> names = new HashSet<>();
    held.forEach(
        (id, one) -> {
          if (id.startsWith(HsmSigningPairs.PREFIX) && one.since().isBefore(moment)) {
            names.add(id);
          }
        });
    return names;
  }

  private void check() {
    if (down) {
      throw new HsmUnavailableException(
          HsmUnavailableException.Reason.TOKEN_ABSENT, "the token", null);
    }
  }

  private static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
