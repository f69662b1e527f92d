package org.heliogate.hsm;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** A key of the key store with the provider that can use it. It holds a handle, not the key. */
public final class TokenKey {

  private final String alias;
  private final Key key;
  private final @Nullable Provider provider;

  TokenKey(String alias, Key key, @Nullable Provider provider) {
    this.alias = alias;
    this.key = key;
    this.provider = provider;
  }

  /** The key's name in the key store. */
  public String alias() {
    return alias;
  }

  /**
   * The private key.
   *
   * @throws InvalidKeyException if the alias names a secret key
   */
  public PrivateKey privateKey() throws InvalidKeyException {
    if (key instanceof PrivateKey privateKey) {
      return privateKey;
    }
    throw new InvalidKeyException(alias + " is not a private key");
  }

  /**
   * The secret key.
   *
   * @throws InvalidKeyException if the alias names a private key
   */
  public SecretKey secretKey() throws InvalidKeyException {
    if (key instanceof SecretKey secretKey) {
      return secretKey;
    }
    throw new InvalidKeyException(alias + " is not a secret key");
  }

  /** The provider whose operations take the key; empty for software keys, which any takes. */
  public Optional<Provider> provider() {
    return Optional.ofNullable(provider);
  }

  /**
   * Signs.
   *
   * @param algorithm a JCA name such as {@code SHA256withECDSA}
   * @param data what is signed, whole
   */
  public byte[] sign(String algorithm, byte[] data) throws GeneralSecurityException {
    Signature signature =
        provider == null
            ? Signature.getInstance(algorithm)
            : Signature.getInstance(algorithm, provider);
    signature.initSign(privateKey());
    signature.update(data);
    return signature.sign();
  }

  /** A cipher of the key's provider, not yet initialised. */
  Cipher cipher(String transformation) throws GeneralSecurityException {
    return provider == null
        ? Cipher.getInstance(transformation)
        : Cipher.getInstance(transformation, provider);
  }
}
