package org.heliogate.device.element;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.failure.SecureElementException;

/**
 * A PKCS#11 library with its tokens, found by label.
 *
 * <p>The list of tokens is read once: a process sees the tokens that were there when it first used
 * the library. Safe for use by many threads.
 */
public final class Pkcs11Module {

  private static final AtomicLong INSTANCES = new AtomicLong();

  private final Path library;
  private final Pkcs11Tool tool;
  private final String masterPin;
  private Map<String, Long> slots = Map.of();

  /**
   * Names the library; it is loaded when the first token is opened.
   *
   * @param library the shared library, for example {@code /usr/lib/softhsm/libsofthsm2.so}
   * @param toolCommand OpenSC's {@code pkcs11-tool}
   * @param masterPin the user PIN of every {@code master} token; the same for all devices that
   *     share a software image, and no secret
   */
  public Pkcs11Module(Path library, String toolCommand, String masterPin) {
    this.library = library;
    this.tool = new Pkcs11Tool(toolCommand, library);
    this.masterPin = masterPin;
  }

  Pkcs11Tool tool() {
    return tool;
  }

  char[] masterPin() {
    return masterPin.toCharArray();
  }

  /** Whether there is a token with this label. */
  synchronized boolean hasToken(String label) {
    if (!slots.containsKey(label)) {
      requireLibrary();
      slots = tool.slotsByLabel();
    }
    return slots.containsKey(label);
  }

  /** A fresh Java provider for the token with this label, not registered with the JVM. */
  Provider provider(String label) {
    if (!hasToken(label)) {
      throw new SecureElementException(
          "there is no token " + label,
          "Personalise the secure element first; with SoftHSM2, check SOFTHSM2_CONF.");
    }
    String configuration =
        String.join(
            "\n",
            "--name = Heliogate" + INSTANCES.incrementAndGet(),
            "library = " + library,
            "slot = " + slot(label),
            "attributes(*,CKO_PRIVATE_KEY,*) = {",
            "CKA_SIGN = true",
            "CKA_DECRYPT = false",
            "CKA_UNWRAP = false",
            "CKA_SENSITIVE = true",
            "CKA_EXTRACTABLE = false",
            "}",
            "attributes(*,CKO_SECRET_KEY,*) = {",
            "CKA_SENSITIVE = true",
            "CKA_EXTRACTABLE = false",
            "}",
            "");
    Provider template = Security.getProvider("SunPKCS11");
    if (template == null) {
      throw new ConfigurationException(
          "this Java has no PKCS#11 provider", "Use a Java with the module jdk.crypto.cryptoki.");
    }
    try {
      return template.configure(configuration);
    } catch (RuntimeException e) {
      throw ElementFailure.of("opening the token " + label, e);
    }
  }

  private synchronized long slot(String label) {
    return slots.getOrDefault(label, -1L);
  }

  private void requireLibrary() {
    if (!Files.isReadable(library)) {
      throw new ConfigurationException(
          "the PKCS#11 library " + library + " is missing",
          "Install it (Debian: apt install softhsm2), set pkcs11.library, or use --element"
              + " software.");
    }
  }
}
