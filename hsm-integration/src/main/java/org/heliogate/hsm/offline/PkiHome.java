package org.heliogate.hsm.offline;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The files of the PKI in the state directory.
 *
 * @param directory the state directory
 */
record PkiHome(Path directory) {

  Path pki(String file) {
    return directory.resolve("pki").resolve(file);
  }

  Path hsm(String file) {
    return directory.resolve("hsm").resolve(file);
  }

  Path secret(String file) {
    return directory.resolve("secrets").resolve(file);
  }

  Path issuance() {
    return pki("import.json");
  }

  Path evaluationKeys() {
    return hsm("keys.p12");
  }

  Path pkcs11Configuration() {
    return hsm("pkcs11.cfg");
  }

  /**
   * Reads a secret from its file, without the line feed at its end.
   *
   * @return a fresh array that the caller may erase
   * @throws IOException if it is missing or empty; the message names the file only
   */
  char[] readSecret(String file) throws IOException {
    Path path = secret(file);
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      throw new IOException("the secret " + path + " is missing", e);
    }
    CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
    int length = decoded.length();
    while (length > 0 && Character.isWhitespace(decoded.get(length - 1))) {
      length--;
    }
    char[] secret = new char[length];
    decoded.get(secret);
    Arrays.fill(bytes, (byte) 0);
    Arrays.fill(decoded.array(), '\0');
    if (length == 0) {
      throw new IOException("the secret " + path + " is empty");
    }
    return secret;
  }
}
