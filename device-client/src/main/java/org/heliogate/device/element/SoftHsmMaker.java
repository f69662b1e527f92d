package org.heliogate.device.element;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.state.DurableFile;
import org.heliogate.device.state.ExclusiveLock;
import org.heliogate.device.state.MonotonicCounter;

/**
 * A maker of secure elements that are SoftHSM2 tokens, standing for the factory of D3.4.2 §3.1.
 *
 * <p>All tokens of a batch are set up before the PKCS#11 library is loaded into this process, since
 * SoftHSM2 shows a process no tokens that came later: one batch a process. The security officers'
 * PINs are random and kept nowhere.
 */
public final class SoftHsmMaker {

  private static final String CONFIGURATION = "SOFTHSM2_CONF";

  private final Pkcs11Module module;
  private final Path configuration;
  private final SecureRandom random = new SecureRandom();

  /**
   * Prepares the SoftHSM2 store that the process's environment names.
   *
   * @param module SoftHSM2
   * @param environment the environment, whose {@code SOFTHSM2_CONF} names the configuration; where
   *     that file is absent it is made, with a token directory {@code tokens} beside it
   * @throws ConfigurationException when {@code SOFTHSM2_CONF} is not set
   */
  public SoftHsmMaker(Pkcs11Module module, Map<String, String> environment) {
    this.module = module;
    String named = environment.get(CONFIGURATION);
    if (named == null || named.isBlank()) {
      throw new ConfigurationException(
          CONFIGURATION + " is not set",
          "Start through the wams launcher, or set it to a file in the devices' directory.");
    }
    this.configuration = Path.of(named).toAbsolutePath();
  }

  /**
   * Makes the elements; leftovers of an interrupted run under the same names are replaced.
   *
   * @param blanks what to make
   * @param directory where each element's counter goes, by master ID
   * @param progress told each master ID when its element is ready
   * @return the master public keys, by master ID
   */
  public Map<String, PublicKey> make(
      List<BlankElement> blanks, Function<String, Path> directory, Consumer<String> progress) {
    return new ExclusiveLock(Path.of(configuration + ".lock"))
        .holding(
            () -> {
              prepareStore();
              initialiseTokens(blanks);
              Map<String, PublicKey> made = new LinkedHashMap<>();
              for (BlankElement blank : blanks) {
                made.put(blank.masterId(), personalise(blank));
                Path counter =
                    directory.apply(blank.masterId()).resolve(Pkcs11SecureElement.COUNTER_FILE);
                new MonotonicCounter(counter).createIfAbsent();
                progress.accept(blank.masterId());
              }
              return made;
            });
  }

  private void prepareStore() {
    if (Files.exists(configuration)) {
      return;
    }
    Path tokens = configuration.resolveSibling("tokens");
    DurableFile.makeDirectory(tokens);
    DurableFile.write(
        configuration,
        """
        directories.tokendir = %s
        objectstore.backend = file
        objectstore.umask = 0077
        log.level = ERROR
        slots.removable = false
        """
            .formatted(tokens));
  }

  private void initialiseTokens(List<BlankElement> blanks) {
    Map<String, Long> present = module.tool().slotsByLabel();
    for (BlankElement blank : blanks) {
      String master = Pkcs11SecureElement.masterLabel(blank.masterId());
      String app = Pkcs11SecureElement.appLabel(blank.masterId());
      Stream.of(master, app).filter(present::containsKey).forEach(SoftHsmMaker::deleteToken);
      module.tool().initialise(master, forgottenPin(), new String(module.masterPin()));
      module.tool().initialise(app, forgottenPin(), new String(blank.pin()));
    }
  }

  private static void deleteToken(String label) {
    Subprocess.run(List.of("softhsm2-util", "--delete-token", "--token", label), Map.of());
  }

  private String forgottenPin() {
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < 32; i++) {
      digits.append(random.nextInt(10));
    }
    return digits.toString();
  }

  private PublicKey personalise(BlankElement blank) {
    String label = Pkcs11SecureElement.masterLabel(blank.masterId());
    Pkcs11Access master = new Pkcs11Access(module, label, module.masterPin());
    try {
      return master.change(
          "personalising " + blank.masterId(),
          keyStore -> {
            KeyPair pair = KeyStoreKeys.keyPair(KeyAlgorithm.EC_P256, master.provider());
            KeyStoreKeys.store(
                keyStore, Pkcs11SecureElement.MASTER_KEY, blank.masterId(), pair, master);
            keyStore.setEntry(
                Pkcs11SecureElement.OTP_SECRET,
                new KeyStore.SecretKeyEntry(new SecretKeySpec(blank.otpSecret(), "Generic")),
                null);
            return pair.getPublic();
          });
    } finally {
      master.close();
    }
  }
}
