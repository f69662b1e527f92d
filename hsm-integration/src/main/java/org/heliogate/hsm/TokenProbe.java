package org.heliogate.hsm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.ProviderException;
import java.util.Arrays;
import javax.crypto.Cipher;

/**
 * A look at the token by a process of its own, which {@link FreshProcess} starts. It uses the
 * PKCS#11 provider that the virtual machine was started with, and encrypts 16 bytes with a secret
 * key. The PIN is read from standard input; the argument is the key's alias. Exit code 0: it works.
 * {@link #TOKEN_ABSENT}, {@link #KEY_ABSENT}: what they say. 1: it does not work, and standard
 * output has the messages of the causes, a line each.
 *
 * <p>It consists of this one class file and needs nothing but Java.
 */
final class TokenProbe {

  /** Exit code: the key store is open but has no such key. */
  static final int KEY_ABSENT = 2;

  /** Exit code: there is no provider, as its library or its slot is not there. */
  static final int TOKEN_ABSENT = 3;

  private TokenProbe() {}

  /** Looks once. */
  public static void main(String[] arguments) throws IOException {
    CharBuffer input = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(System.in.readAllBytes()));
    char[] pin = new char[input.remaining()];
    input.get(pin);
    KeyStore keyStore;
    try {
      keyStore = KeyStore.getInstance("PKCS11");
    } catch (KeyStoreException | ProviderException e) {
      System.exit(TOKEN_ABSENT);
      return;
    }
    try {
      System.exit(use(keyStore, pin, arguments[0]) ? 0 : KEY_ABSENT);
    } catch (GeneralSecurityException | IOException | ProviderException e) {
      int depth = 0;
      for (Throwable cause = e; cause != null && depth < 16; cause = cause.getCause(), depth++) {
        System.out.println(cause.getMessage());
      }
      System.exit(1);
    }
  }

  private static boolean use(KeyStore keyStore, char[] pin, String alias)
      throws GeneralSecurityException, IOException {
    keyStore.load(null, pin);
    Arrays.fill(pin, '\0');
    Key key = keyStore.getKey(alias, null);
    if (key == null) {
      return false;
    }
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", keyStore.getProvider());
    cipher.init(Cipher.ENCRYPT_MODE, key);
    cipher.doFinal(new byte[16]);
    return true;
  }
}
