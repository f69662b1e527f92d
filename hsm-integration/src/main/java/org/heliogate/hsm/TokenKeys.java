package org.heliogate.hsm;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.ProviderException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the authorization server, used where they are: on the token.
 *
 * <p>When the token reports a fault, the key store is opened again once, logging in if need be, and
 * the operation repeated; concurrent failures share that one attempt. If it still fails, {@link
 * HsmUnavailableException} says what to do. A PIN that the token refused is never tried again, so
 * that the token does not lock. There is no fall-back to software keys: a key that could be read
 * out of a token's key store is refused.
 *
 * <p>Thread-safe. No lock is held while a key is in use.
 */
public final class TokenKeys {

  /** Alias of the root CA's key, if it is here; the root may be elsewhere. */
  public static final String ROOT = "root";

  /**
   * Alias of the first issuing CA's key; those of the others are {@code issuing-2}, {@code
   * issuing-3} and so on.
   */
  public static final String ISSUING = "issuing";

  /**
   * Alias of the key that signed tokens before the server made keys for that by itself, EC P-256.
   */
  public static final String RPT = "rpt";

  /** Alias of the key that seals secrets at rest, AES-256. */
  public static final String SEAL = "seal";

  private static final Duration FUTILE_PAUSE = Duration.ofSeconds(1);

  private final KeyStoreSource source;
  private final Clock clock;
  private final Object reloading = new Object();
  private volatile @Nullable OpenKeyStore open;
  private volatile HsmUnavailableException.@Nullable Reason refused;
  private volatile HsmUnavailableException.@Nullable Reason failing;
  private volatile @Nullable Instant lastFutile;

  /**
   * The keys of a key store, which is opened at first use.
   *
   * @param source where the key store comes from
   * @param clock paces attempts to open it again, at most one a second while they do not help
   */
  public TokenKeys(KeyStoreSource source, Clock clock) {
    this.source = source;
    this.clock = clock;
  }

  /** Whether the keys live on a token; false for the PKCS#12 file of an evaluation. */
  public boolean onToken() {
    return source.onToken();
  }

  /** Where the keys are, for people; without secrets. */
  public String description() {
    return source.description();
  }

  /**
   * The certificate stored beside a private key.
   *
   * @throws HsmUnavailableException if the key store cannot be opened or has no such certificate
   */
  public X509Certificate certificate(String alias) {
    return attempt(alias, keys -> keys.certificate(alias));
  }

  /**
   * The certificate stored beside a private key, and those of its issuers up to the root.
   *
   * @throws HsmUnavailableException if the key store cannot be opened or has no such certificate
   */
  public List<X509Certificate> chain(String alias) {
    return attempt(alias, keys -> keys.chain(alias));
  }

  /**
   * The aliases of the private and secret keys, as they were when the key store was opened.
   *
   * @throws HsmUnavailableException if the key store cannot be opened
   */
  public Set<String> aliases() {
    return attempt("store", OpenKeyStore::aliases);
  }

  /**
   * Uses a private or secret key.
   *
   * @param alias the key's name
   * @param operation what is done with it; see there for what it may throw
   * @return what the operation answered
   * @throws HsmUnavailableException if the key cannot be used, also after logging in again
   */
  public <T> T use(String alias, KeyOperation<T> operation) {
    return attempt(alias, keys -> operation.apply(keys.key(alias)));
  }

  /**
   * Signs with a private key of the token.
   *
   * @param alias the key's name
   * @param algorithm a JCA name such as {@code SHA256withECDSA}
   * @param data what is signed, whole
   * @throws HsmUnavailableException if the key cannot be used
   */
  public byte[] sign(String alias, String algorithm, byte[] data) {
    return use(alias, key -> key.sign(algorithm, data));
  }

  /**
   * Finds out whether the token works, for a health endpoint: seals and opens 16 random bytes with
   * the key {@link #SEAL}. It spends no signature, so nothing that audits or counts the signatures
   * of the CA keys sees it. What came of it is remembered for {@link #requireWorking}.
   *
   * @throws HsmUnavailableException if it does not
   */
  public void check() {
    try {
      probe();
      failing = null;
    } catch (HsmUnavailableException e) {
      failing = e.reason();
      throw e;
    }
  }

  /**
   * Makes sure that the last {@link #check}, if there was one, went well. Costs nothing, so it may
   * come before work that would be in vain.
   *
   * @throws HsmUnavailableException if it did not
   */
  public void requireWorking() {
    HsmUnavailableException.Reason reason = failing;
    if (reason != null) {
      throw new HsmUnavailableException(reason, source.description() + " does not work", null);
    }
  }

  private void probe() {
    byte[] probe = new byte[16];
    ThreadLocalRandom.current().nextBytes(probe);
    byte[] context = {'h', 'e', 'a', 'l', 't', 'h'};
    Sealer sealer = new Sealer(this);
    if (!MessageDigest.isEqual(probe, sealer.open(sealer.seal(probe, context), context))) {
      throw new HsmUnavailableException(
          HsmUnavailableException.Reason.FAULT, source.description() + " answers wrongly", null);
    }
  }

  /**
   * Has a fresh process look at the token. What this process sees of it after {@link
   * HsmUnavailableException} may be wrong for good: a PKCS#11 library learns of a token that came
   * back only when it is initialised, which happens once in a process. A PIN that the token refused
   * is not tried.
   *
   * @return what is wrong with the token; empty if it works there, so that a restart helps
   */
  public Optional<HsmUnavailableException.Reason> lookAfresh() {
    HsmUnavailableException.Reason known = refused;
    if (known != null) {
      return Optional.of(known);
    }
    try {
      Optional<HsmUnavailableException.Reason> seen = source.lookAfresh(SEAL);
      seen.ifPresent(this::noteRefusal);
      return seen;
    } catch (GeneralSecurityException | IOException e) {
      return Optional.of(HsmUnavailableException.reasonOf(e));
    }
  }

  /** Changes the key store, opened anew for it; once more if that fails. */
  <T> T change(String what, Change<T> change) {
    try {
      try {
        return changed(change);
      } catch (GeneralSecurityException | IOException | ProviderException e) {
        if (HsmUnavailableException.reasonOf(e) != HsmUnavailableException.Reason.FAULT) {
          throw e;
        }
        return changed(change);
      }
    } catch (GeneralSecurityException | IOException | ProviderException e) {
      throw noteRefusal(HsmUnavailableException.of(what + " in " + source.description(), e));
    }
  }

  private <T> T changed(Change<T> change) throws GeneralSecurityException, IOException {
    refuseRefusedPin();
    return change.in(source.loadForChange());
  }

  private <T> T attempt(String alias, Attempt<T> attempt) {
    String what = "key " + alias + " of " + source.description();
    OpenKeyStore first;
    try {
      first = opened();
    } catch (GeneralSecurityException | IOException | ProviderException e) {
      throw noteRefusal(HsmUnavailableException.of(what, e));
    }
    try {
      return attempt.with(first);
    } catch (GeneralSecurityException | ProviderException e) {
      OpenKeyStore second;
      try {
        second = reopened(first, e);
        return attempt.with(second);
      } catch (GeneralSecurityException | IOException | ProviderException again) {
        if (again != e) {
          again.addSuppressed(e);
          lastFutile = clock.instant();
        }
        throw noteRefusal(HsmUnavailableException.of(what, again));
      }
    }
  }

  private HsmUnavailableException noteRefusal(HsmUnavailableException failure) {
    noteRefusal(failure.reason());
    return failure;
  }

  private void noteRefusal(HsmUnavailableException.Reason reason) {
    switch (reason) {
      case PIN_INCORRECT, PIN_LOCKED -> refused = reason;
      default -> {
        // Every other reason may pass without an operator.
      }
    }
  }

  private OpenKeyStore opened() throws GeneralSecurityException, IOException {
    OpenKeyStore current = open;
    if (current != null) {
      return current;
    }
    synchronized (reloading) {
      current = open;
      return current == null ? load() : current;
    }
  }

  /**
   * Opens the key store again unless another thread just did; gives up for a while after it did not
   * help.
   */
  private OpenKeyStore reopened(OpenKeyStore broken, Exception fault)
      throws GeneralSecurityException, IOException {
    synchronized (reloading) {
      OpenKeyStore current = open;
      if (current != null && current != broken) {
        return current;
      }
      Instant futile = lastFutile;
      Instant now = clock.instant();
      if (futile != null && now.isBefore(futile.plus(FUTILE_PAUSE)) && !now.isBefore(futile)) {
        throw fault instanceof GeneralSecurityException known
            ? known
            : new KeyStoreException(fault);
      }
      return load();
    }
  }

  private OpenKeyStore load() throws GeneralSecurityException, IOException {
    refuseRefusedPin();
    OpenKeyStore loaded = new OpenKeyStore(source.load(), source);
    open = loaded;
    return loaded;
  }

  private void refuseRefusedPin() {
    HsmUnavailableException.Reason reason = refused;
    if (reason != null) {
      throw new HsmUnavailableException(reason, source.description() + " is not tried again", null);
    }
  }

  /** A change of the key store. It may run twice. */
  @FunctionalInterface
  interface Change<T> {
    T in(KeyStore keyStore) throws GeneralSecurityException;
  }

  @FunctionalInterface
  private interface Attempt<T> {
    T with(OpenKeyStore keys) throws GeneralSecurityException;
  }

  /** One opening of the key store, with the handles of the keys used so far. */
  private static final class OpenKeyStore {

    private final KeyStore keyStore;
    private final KeyStoreSource source;
    private final Map<String, TokenKey> keys = new ConcurrentHashMap<>();
    private final Map<String, X509Certificate> certificates = new ConcurrentHashMap<>();

    OpenKeyStore(KeyStore keyStore, KeyStoreSource source) {
      this.keyStore = keyStore;
      this.source = source;
    }

    TokenKey key(String alias) throws GeneralSecurityException {
      TokenKey known = keys.get(alias);
      if (known != null) {
        return known;
      }
      TokenKey read = read(alias);
      keys.put(alias, read);
      return read;
    }

    X509Certificate certificate(String alias) throws GeneralSecurityException {
      X509Certificate known = certificates.get(alias);
      if (known != null) {
        return known;
      }
      if (!(keyStore.getCertificate(alias) instanceof X509Certificate read)) {
        throw new KeyAbsentException("certificate " + alias);
      }
      certificates.put(alias, read);
      return read;
    }

    List<X509Certificate> chain(String alias) throws GeneralSecurityException {
      Certificate[] stored = keyStore.getCertificateChain(alias);
      if (stored == null) {
        throw new KeyAbsentException("certificate " + alias);
      }
      List<X509Certificate> chain = new ArrayList<>();
      for (Certificate certificate : stored) {
        if (certificate instanceof X509Certificate x509) {
          chain.add(x509);
        }
      }
      return List.copyOf(chain);
    }

    Set<String> aliases() throws GeneralSecurityException {
      Set<String> aliases = new HashSet<>();
      for (String alias : Collections.list(keyStore.aliases())) {
        if (keyStore.isKeyEntry(alias)) {
          aliases.add(alias);
        }
      }
      return Set.copyOf(aliases);
    }

    private TokenKey read(String alias) throws GeneralSecurityException {
      char[] password = source.keyPassword();
      Key key;
      try {
        key = keyStore.getKey(alias, password);
      } finally {
        if (password != null) {
          Arrays.fill(password, '\0');
        }
      }
      if (key == null) {
        throw new KeyAbsentException("key " + alias);
      }
      if (!source.onToken()) {
        return new TokenKey(alias, key, null);
      }
      if (key.getEncoded() != null) {
        throw new HsmUnavailableException(
            HsmUnavailableException.Reason.KEY_EXPOSED,
            "key " + alias + " of " + source.description() + " is refused",
            null);
      }
      Provider provider = keyStore.getProvider();
      boolean signs =
          provider != null && provider.getService("Signature", "SHA256withECDSA") != null;
      return new TokenKey(alias, key, signs ? provider : null);
    }
  }
}
