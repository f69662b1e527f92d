package org.heliogate.device.element;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.ProviderException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.heliogate.device.failure.SecureElementException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Secure elements in SoftHSM2; one process drives them all. */
class Pkcs11SecureElementIT extends SecureElementContract {

  private static final Path LIBRARY = Path.of("/usr/lib/softhsm/libsofthsm2.so");
  private static final Path ROOT = Path.of(System.getProperty("heliogate.test.directory", ""));
  private static final int FLEET = 24;
  private static final List<String> FRESH = new ArrayList<>();
  private static final Pkcs11Module MODULE = new Pkcs11Module(LIBRARY, "pkcs11-tool", "000000");

  private String id = "";

  /** A process sees only the tokens that were there first, so all are made at once. */
  @BeforeAll
  static void makeElements() throws Exception {
    List<BlankElement> blanks =
        IntStream.range(0, FLEET + 20)
            .mapToObj(n -> new BlankElement("IT-" + n, PIN, otpSecret()))
            .toList();
    for (BlankElement blank : blanks) {
      Files.deleteIfExists(directory(blank.masterId()).resolve("otp-counter"));
      FRESH.add(blank.masterId());
    }
    new SoftHsmMaker(MODULE, System.getenv())
        .make(blanks, Pkcs11SecureElementIT::directory, made -> {});
  }

  private static Path directory(String masterId) {
    return ROOT.resolve("it").resolve(masterId);
  }

  @Override
  SecureElement open() {
    id = FRESH.remove(FRESH.size() - 1);
    return reopen();
  }

  @Override
  SecureElement reopen() {
    return new Pkcs11SecureElement(MODULE, id, directory(id));
  }

  @Override
  String masterId() {
    return id;
  }

  @Test
  void createKeyPairWhenPinIsUnknownThenTheTokenItselfRefuses() throws Exception {
    Provider bare = MODULE.provider(Pkcs11SecureElement.appLabel(id));
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", bare);
    generator.initialize(256);

    assertThatThrownBy(generator::generateKeyPair)
        .isInstanceOf(ProviderException.class)
        .hasStackTraceContaining("CKR_USER_NOT_LOGGED_IN");
  }

  @Test
  void keysWhenListedByPkcs11ToolThenAreSensitiveAndNeverExtractable() {
    try (SecureElement element = reopen()) {
      element.presentPin(PIN);
      element.createKeyPair("publisher.mqtt.1", KeyAlgorithm.EC_P256);
      element.encipher(new byte[1]);
    }
    List<String> app = list(Pkcs11SecureElement.appLabel(id), new String(PIN));
    List<String> master = list(Pkcs11SecureElement.masterLabel(id), "000000");

    assertThat(accessOf("Private Key Object; EC", app))
        .containsExactly("sensitive, always sensitive, never extractable, local");
    assertThat(accessOf("Private Key Object; EC", master))
        .containsExactly("sensitive, always sensitive, never extractable, local");
    assertThat(accessOf("Secret Key Object; Generic secret", master)).containsExactly("sensitive");
    assertThat(accessOf("Secret Key Object; AES", app))
        .containsExactly("sensitive, always sensitive, never extractable, local");
  }

  private static List<String> list(String label, String pin) {
    return Subprocess.run(
        List.of(
            "pkcs11-tool",
            "--module",
            LIBRARY.toString(),
            "--token-label",
            label,
            "--login",
            "--pin",
            "env:HELIOGATE_PIN",
            "--list-objects"),
        Map.of("HELIOGATE_PIN", pin));
  }

  private static List<String> accessOf(String object, List<String> listing) {
    List<String> access = new ArrayList<>();
    boolean inside = false;
    for (String line : listing) {
      if (line.contains(" Object; ")) {
        inside = line.startsWith(object);
      } else if (inside && line.strip().startsWith("Access:")) {
        access.add(line.replaceAll(".*Access:\\s*", "").strip());
      }
    }
    return access;
  }

  @Test
  void openWhenFleetIsDrivenInParallelThenEachHasItsOwnKeys() throws Exception {
    List<String> fleet = List.copyOf(FRESH.subList(0, FLEET - 4));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<String>> made = new ArrayList<>();
    for (String member : fleet) {
      made.add(
          threads.submit(
              () -> {
                try (SecureElement element =
                    new Pkcs11SecureElement(MODULE, member, directory(member))) {
                  element.presentPin(PIN);
                  element.createKeyPair("fleet.1", KeyAlgorithm.EC_P256);
                  return element.masterId() + element.publicKey("fleet.1");
                }
              }));
    }
    List<String> keys = new ArrayList<>();
    for (Future<String> key : made) {
      keys.add(key.get());
    }
    threads.shutdown();
    FRESH.removeAll(fleet);

    assertThat(keys).doesNotHaveDuplicates().hasSize(FLEET - 4);
  }

  @Test
  void openWhenThereIsNoTokenThenSaysSo() {
    assertThatThrownBy(() -> new Pkcs11SecureElement(MODULE, "none", directory("none")))
        .isInstanceOf(SecureElementException.class)
        .hasMessageContaining("none-master");
  }

  @Test
  void openWhenNameIsTooLongForALabelThenSaysSo() {
    assertThatThrownBy(() -> new Pkcs11SecureElement(MODULE, "x".repeat(26), directory("none")))
        .isInstanceOf(SecureElementException.class)
        .hasMessageContaining("too long");
  }
}
