package org.heliogate.device.maker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.heliogate.device.DeviceDirectory;
import org.heliogate.device.DeviceDirectory.ElementKind;
import org.heliogate.device.element.BlankElement;
import org.heliogate.device.element.SoftwareSecureElement;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.state.DurableFile;
import org.heliogate.device.state.ExclusiveLock;

/**
 * The personalisation of secure elements at their maker's (D3.4.2 §3.1 step 2, §4).
 *
 * <p>Idempotent: an element that exists and is in the manifest is kept with its line. PIN and OTP
 * secret cannot be read back from an element, so one that exists without its line is refused before
 * anything is made, and so is a line whose element is not here. An interrupted run is simply
 * repeated: an element counts as made once its line is in the manifest.
 */
public final class Personalisation {

  private static final int OTP_SECRET_BYTES = 32;

  private final Path root;
  private final Path manifestFile;
  private final ElementKind kind;
  private final TokenMaker tokens;
  private final SecureRandom random = new SecureRandom();

  /** Makes the PKCS#11 elements of a batch. */
  @FunctionalInterface
  public interface TokenMaker {

    /**
     * Makes the elements.
     *
     * @param blanks what to make
     * @param progress told each master ID when its element is ready
     * @return the master public keys, by master ID
     */
    Map<String, PublicKey> make(List<BlankElement> blanks, Consumer<String> progress);
  }

  /**
   * Prepares the work; nothing is made yet.
   *
   * @param root the directory of all devices
   * @param manifestFile the manifest, added to
   * @param kind what kind of element to make
   * @param tokens makes PKCS#11 elements; not used for software ones
   */
  public Personalisation(Path root, Path manifestFile, ElementKind kind, TokenMaker tokens) {
    this.root = root;
    this.manifestFile = manifestFile;
    this.kind = kind;
    this.tokens = tokens;
  }

  /**
   * What was done.
   *
   * @param made the master IDs of new elements
   * @param kept those of elements that were there
   */
  public record Report(List<String> made, List<String> kept) {}

  /**
   * Makes the missing elements and adds them to the manifest.
   *
   * @param masterIds the elements that shall exist
   * @param workflows the workflows that new ones take part in, in this order
   * @param attributes the attributes of new ones
   * @param progress told each master ID when its element is ready
   */
  public Report personalise(
      List<String> masterIds,
      List<String> workflows,
      Map<String, String> attributes,
      Consumer<String> progress) {
    return new ExclusiveLock(root.resolve("personalise.lock"))
        .holding(
            () -> {
              Manifest manifest = new Manifest(manifestFile);
              List<String> missing = missing(masterIds, manifest);
              if (!missing.isEmpty()) {
                make(missing, manifest, workflows, attributes, progress);
              }
              List<String> kept = new ArrayList<>(masterIds);
              kept.removeAll(missing);
              return new Report(missing, kept);
            });
  }

  private List<String> missing(List<String> masterIds, Manifest manifest) {
    List<String> missing = new ArrayList<>();
    for (String id : masterIds) {
      DeviceDirectory device = DeviceDirectory.of(root, id);
      boolean listed = manifest.contains(id);
      if (device.isPersonalised() && !listed) {
        throw new ConfigurationException(
            "the secure element " + id + " exists, but " + manifestFile + " has no line for it",
            "Its PIN and OTP secret cannot be read back: use the manifest written when it was made,"
                + " or remove the element.");
      }
      if (!device.isPersonalised()) {
        if (listed && !Files.exists(device.path())) {
          throw new ConfigurationException(
              manifestFile + " has a line for " + id + ", whose secure element is not in " + root,
              "Use the directory in which it was made, other IDs, or another manifest.");
        }
        missing.add(id);
      }
    }
    return missing;
  }

  private void make(
      List<String> missing,
      Manifest manifest,
      List<String> workflows,
      Map<String, String> attributes,
      Consumer<String> progress) {
    List<BlankElement> blanks = missing.stream().map(this::blank).toList();
    for (String id : missing) {
      DurableFile.makeDirectory(DeviceDirectory.of(root, id).path());
    }
    Map<String, PublicKey> made =
        kind == ElementKind.PKCS11 ? tokens.make(blanks, progress) : software(blanks, progress);
    for (BlankElement blank : blanks) {
      PublicKey masterKey = made.get(blank.masterId());
      if (masterKey == null) {
        throw new IllegalStateException("no element was made for " + blank.masterId());
      }
      manifest.put(blank, masterKey, workflows, attributes);
    }
    manifest.save();
    for (String id : missing) {
      DeviceDirectory.of(root, id).markPersonalised(kind, id);
    }
  }

  private Map<String, PublicKey> software(List<BlankElement> blanks, Consumer<String> progress) {
    Map<String, PublicKey> made = new LinkedHashMap<>();
    for (BlankElement blank : blanks) {
      DeviceDirectory device = DeviceDirectory.of(root, blank.masterId());
      made.put(blank.masterId(), SoftwareSecureElement.make(device.elementDirectory(), blank));
      progress.accept(blank.masterId());
    }
    return made;
  }

  private BlankElement blank(String masterId) {
    byte[] otpSecret = new byte[OTP_SECRET_BYTES];
    random.nextBytes(otpSecret);
    String pin = "%06d".formatted(random.nextInt(1_000_000));
    try {
      return new BlankElement(masterId, pin.toCharArray(), otpSecret);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          "there can be no secure element " + masterId + ": " + e.getMessage(),
          "Choose another --prefix.",
          e);
    }
  }
}
