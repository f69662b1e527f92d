package org.heliogate.device.element;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.spec.GCMParameterSpec;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.heliogate.device.failure.SecureElementException;
import org.jspecify.annotations.Nullable;

/** Application keys in an open {@link KeyStore}, be it a token or a file. */
final class KeyStoreKeys implements ApplicationKeys {

  private static final String DATA_KEY = "heliogate-data";
  private static final String DATA_CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final KeyStoreAccess access;
  private final SecureRandom random = new SecureRandom();

  KeyStoreKeys(KeyStoreAccess access) {
    this.access = access;
  }

  @Override
  public PublicKey createKeyPair(String alias, KeyAlgorithm algorithm) {
    return access.change(
        "making the key pair " + alias,
        keyStore -> {
          if (keyStore.containsAlias(alias)) {
            throw new SecureElementException(
                "there is a key pair " + alias + " already", "Delete it or choose another name.");
          }
          KeyPair pair = keyPair(algorithm, access.provider());
          store(keyStore, alias, alias, pair, access);
          return pair.getPublic();
        });
  }

  static KeyPair keyPair(KeyAlgorithm algorithm, @Nullable Provider provider)
      throws GeneralSecurityException {
    KeyPairGenerator generator =
        provider == null
            ? KeyPairGenerator.getInstance(algorithm.keyType())
            : KeyPairGenerator.getInstance(algorithm.keyType(), provider);
    if (algorithm == KeyAlgorithm.EC_P256) {
      generator.initialize(new ECGenParameterSpec("secp256r1"));
    } else {
      generator.initialize(algorithm.bits());
    }
    return generator.generateKeyPair();
  }

  static void store(
      KeyStore keyStore, String alias, String commonName, KeyPair pair, KeyStoreAccess access)
      throws Exception {
    X509Certificate placeholder =
        PlaceholderCertificate.of(
            commonName, pair.getPublic(), pair.getPrivate(), access.provider());
    keyStore.setKeyEntry(
        alias, pair.getPrivate(), access.entryPassword(), new Certificate[] {placeholder});
  }

  @Override
  public boolean deleteKeyPair(String alias) {
    return access.change(
        "deleting the key pair " + alias,
        keyStore -> {
          if (!isKeyPair(keyStore, alias)) {
            return false;
          }
          keyStore.deleteEntry(alias);
          return true;
        });
  }

  @Override
  public Set<String> keyAliases() {
    return access.read(
        "listing the key pairs",
        keyStore -> {
          Set<String> aliases = new TreeSet<>();
          for (String alias : Collections.list(keyStore.aliases())) {
            if (isKeyPair(keyStore, alias)) {
              aliases.add(alias);
            }
          }
          return aliases;
        });
  }

  private static boolean isKeyPair(KeyStore keyStore, String alias)
      throws GeneralSecurityException {
    return keyStore.isKeyEntry(alias) && keyStore.getCertificate(alias) != null;
  }

  @Override
  public PublicKey publicKey(String alias) {
    return access.read(
        "reading the public key of " + alias, keyStore -> publicKey(keyStore, alias));
  }

  @Override
  public byte[] sign(String alias, byte[] data) {
    return access.read(
        "signing with " + alias,
        keyStore -> {
          String algorithm = signature(publicKey(keyStore, alias));
          return sign(privateKey(keyStore, alias), algorithm, data, access.provider());
        });
  }

  static byte[] sign(PrivateKey key, String algorithm, byte[] data, @Nullable Provider provider)
      throws GeneralSecurityException {
    Signature signature =
        provider == null
            ? Signature.getInstance(algorithm)
            : Signature.getInstance(algorithm, provider);
    signature.initSign(key);
    signature.update(data);
    return signature.sign();
  }

  @Override
  public byte[] certificationRequest(String alias, X500Principal subject) {
    return access.read(
        "making a certification request with " + alias,
        keyStore -> {
          PublicKey publicKey = publicKey(keyStore, alias);
          JcaContentSignerBuilder signer = new JcaContentSignerBuilder(signature(publicKey));
          Provider provider = access.provider();
          if (provider != null) {
            signer.setProvider(provider);
          }
          return new JcaPKCS10CertificationRequestBuilder(subject, publicKey)
              .build(signer.build(privateKey(keyStore, alias)))
              .getEncoded();
        });
  }

  static String signature(PublicKey key) {
    return KeyAlgorithm.of(key)
        .map(KeyAlgorithm::signature)
        .orElseThrow(
            () ->
                new SecureElementException(
                    "the secure element holds a key of an unknown kind",
                    "Use EC P-256 or RSA with 2048 bits or more."));
  }

  @Override
  public byte[] encipher(byte[] plaintext) {
    Key key = dataKey();
    return access.read(
        "enciphering",
        keyStore -> {
          byte[] nonce = new byte[NONCE_BYTES];
          random.nextBytes(nonce);
          byte[] ciphertext = dataCipher(Cipher.ENCRYPT_MODE, key, nonce).doFinal(plaintext);
          return ByteBuffer.allocate(nonce.length + ciphertext.length)
              .put(nonce)
              .put(ciphertext)
              .array();
        });
  }

  @Override
  public byte[] decipher(byte[] ciphertext) {
    if (ciphertext.length < NONCE_BYTES + TAG_BITS / 8) {
      throw new SecureElementException(
          "the ciphertext is cut short", "Use what encipher returned, unchanged.");
    }
    Key key = dataKey();
    return access.read(
        "deciphering",
        keyStore -> {
          byte[] nonce = new byte[NONCE_BYTES];
          ByteBuffer rest = ByteBuffer.wrap(ciphertext).get(nonce);
          byte[] sealed = new byte[rest.remaining()];
          rest.get(sealed);
          return dataCipher(Cipher.DECRYPT_MODE, key, nonce).doFinal(sealed);
        });
  }

  private Key dataKey() {
    Key present =
        access.read("opening the data key", keyStore -> new Found(dataKey(keyStore))).key();
    if (present != null) {
      return present;
    }
    return access.change(
        "making the data key",
        keyStore -> {
          Key raced = dataKey(keyStore);
          if (raced != null) {
            return raced;
          }
          Provider provider = access.provider();
          KeyGenerator generator =
              provider == null
                  ? KeyGenerator.getInstance("AES")
                  : KeyGenerator.getInstance("AES", provider);
          generator.init(256);
          char[] password = access.entryPassword();
          keyStore.setEntry(
              DATA_KEY,
              new KeyStore.SecretKeyEntry(generator.generateKey()),
              password == null ? null : new KeyStore.PasswordProtection(password));
          Key made = dataKey(keyStore);
          if (made == null) {
            throw new SecureElementException(
                "the secure element lost its data key", "Check the secure element.");
          }
          return made;
        });
  }

  private @Nullable Key dataKey(KeyStore keyStore) throws GeneralSecurityException {
    return keyStore.getKey(DATA_KEY, access.entryPassword());
  }

  private Cipher dataCipher(int mode, Key key, byte[] nonce) throws GeneralSecurityException {
    Provider provider = access.provider();
    Cipher cipher =
        provider == null
            ? Cipher.getInstance(DATA_CIPHER)
            : Cipher.getInstance(DATA_CIPHER, provider);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    return cipher;
  }

  @Override
  public X509ExtendedKeyManager keyManager(String alias, List<X509Certificate> chain) {
    return access.read(
        "opening the key " + alias + " for TLS",
        keyStore -> {
          access.prepareForTls();
          return new SingleKeyManager(privateKey(keyStore, alias), chain);
        });
  }

  private static PublicKey publicKey(KeyStore keyStore, String alias)
      throws GeneralSecurityException {
    Certificate certificate = keyStore.getCertificate(alias);
    if (certificate == null) {
      throw unknown(alias);
    }
    return certificate.getPublicKey();
  }

  private PrivateKey privateKey(KeyStore keyStore, String alias) throws GeneralSecurityException {
    if (keyStore.getKey(alias, access.entryPassword()) instanceof PrivateKey key) {
      return key;
    }
    throw unknown(alias);
  }

  private static SecureElementException unknown(String alias) {
    return new SecureElementException(
        "the secure element has no key pair " + alias, "Ask for new credentials.");
  }

  private record Found(@Nullable Key key) {}
}
