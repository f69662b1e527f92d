package org.heliogate.hsm.offline;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.crypto.KeyGenerator;
import org.heliogate.hsm.AtomicFile;
import org.heliogate.hsm.KeyStoreSource;
import org.heliogate.hsm.Pkcs11KeyStoreSource;
import org.heliogate.hsm.Pkcs12KeyStoreSource;
import org.heliogate.hsm.TokenKeys;
import org.heliogate.hsm.ca.SignatureAlgorithm;
import org.heliogate.hsm.ca.TbsSigner;
import org.jspecify.annotations.Nullable;

/** The key store while its keys are made: generated where they stay, or in a PKCS#12 file. */
final class CeremonyKeys {

  private final KeyStoreSource source;
  private final Clock clock;
  private final @Nullable Provider provider;
  private final @Nullable Path file;
  private final Supplier<char[]> password;
  private final KeyStore keyStore;

  private CeremonyKeys(
      KeyStoreSource source,
      Clock clock,
      @Nullable Provider provider,
      @Nullable Path file,
      Supplier<char[]> password,
      KeyStore keyStore) {
    this.source = source;
    this.clock = clock;
    this.provider = provider;
    this.file = file;
    this.password = password;
    this.keyStore = keyStore;
  }

  /** The keys of the token that the configuration names. */
  static CeremonyKeys onToken(Path configuration, Supplier<char[]> pin, Clock clock)
      throws GeneralSecurityException, IOException {
    Pkcs11KeyStoreSource source = new Pkcs11KeyStoreSource(configuration, pin);
    return new CeremonyKeys(source, clock, source.provider(), null, pin, source.load());
  }

  /** The keys of a PKCS#12 file, which comes into being with the first key. */
  static CeremonyKeys inFile(Path file, Supplier<char[]> password, Clock clock)
      throws GeneralSecurityException, IOException {
    Pkcs12KeyStoreSource source = new Pkcs12KeyStoreSource(file, password);
    KeyStore keyStore;
    if (Files.exists(file)) {
      keyStore = source.load();
    } else {
      keyStore = KeyStore.getInstance("PKCS12");
      keyStore.load(null, null);
    }
    return new CeremonyKeys(source, clock, null, file, password, keyStore);
  }

  boolean holds(String alias) throws GeneralSecurityException {
    return keyStore.isKeyEntry(alias);
  }

  X509Certificate certificate(String alias) throws GeneralSecurityException {
    if (keyStore.getCertificate(alias) instanceof X509Certificate certificate) {
      return certificate;
    }
    throw new GeneralSecurityException("key " + alias + " has no certificate");
  }

  /** What the CA signs with, once the keys are stored. */
  TokenKeys tokenKeys() {
    return new TokenKeys(source, clock);
  }

  /** The aliases of all keys. */
  Set<String> aliases() throws GeneralSecurityException {
    Set<String> aliases = new HashSet<>();
    for (String alias : Collections.list(keyStore.aliases())) {
      if (keyStore.isKeyEntry(alias)) {
        aliases.add(alias);
      }
    }
    return aliases;
  }

  /** Whether a private key is under that alias; a secret key has no certificate. */
  boolean hasCertificate(String alias) throws GeneralSecurityException {
    return keyStore.getCertificate(alias) != null;
  }

  /** The certificate beside a private key and those of its issuers. */
  List<X509Certificate> chain(String alias) throws GeneralSecurityException {
    List<X509Certificate> chain = new ArrayList<>();
    Certificate[] stored = keyStore.getCertificateChain(alias);
    if (stored != null) {
      for (Certificate certificate : stored) {
        if (certificate instanceof X509Certificate x509) {
          chain.add(x509);
        }
      }
    }
    if (chain.isEmpty()) {
      throw new GeneralSecurityException("key " + alias + " has no certificate");
    }
    return List.copyOf(chain);
  }

  /** Puts other certificates beside a private key. */
  void certify(String alias, List<X509Certificate> chain)
      throws GeneralSecurityException, IOException {
    Key key = keyStore.getKey(alias, file == null ? null : password.get());
    put(alias, key, chain.toArray(Certificate[]::new));
  }

  KeyPair newKey(CaAlgorithm algorithm) throws GeneralSecurityException {
    return algorithm.generate(provider);
  }

  /** A signer by a key that is not stored yet. */
  TbsSigner signer(KeyPair fresh) {
    return tbs -> {
      try {
        String algorithm = SignatureAlgorithm.of(fresh.getPublic()).jcaName();
        Signature signature =
            provider == null
                ? Signature.getInstance(algorithm)
                : Signature.getInstance(algorithm, provider);
        signature.initSign(fresh.getPrivate());
        signature.update(tbs);
        return signature.sign();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("the new key cannot sign", e);
      }
    };
  }

  void store(String alias, KeyPair fresh, List<X509Certificate> chain)
      throws GeneralSecurityException, IOException {
    put(alias, fresh.getPrivate(), chain.toArray(Certificate[]::new));
  }

  void storeNewAesKey(String alias) throws GeneralSecurityException, IOException {
    KeyGenerator generator =
        provider == null
            ? KeyGenerator.getInstance("AES")
            : KeyGenerator.getInstance("AES", provider);
    generator.init(256);
    put(alias, generator.generateKey(), null);
  }

  private void put(String alias, Key key, Certificate @Nullable [] chain)
      throws GeneralSecurityException, IOException {
    if (file == null) {
      if (key.getEncoded() != null) {
        throw new GeneralSecurityException("the token made a key that can be read out of it");
      }
      keyStore.setKeyEntry(alias, key, null, chain);
      return;
    }
    keyStore.setKeyEntry(alias, key, password.get(), chain);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    keyStore.store(out, password.get());
    AtomicFile.write(file, out.toByteArray(), AtomicFile.PRIVATE);
  }
}
