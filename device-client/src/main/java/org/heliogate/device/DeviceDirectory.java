package org.heliogate.device;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;
import org.heliogate.device.element.Pkcs11Module;
import org.heliogate.device.element.Pkcs11SecureElement;
import org.heliogate.device.element.SecureElement;
import org.heliogate.device.element.SoftwareSecureElement;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.state.DurableFile;

/**
 * The directory of one device: {@code element.properties} says where its secure element is, {@code
 * element/} holds what belongs to the element, the rest is what the device learnt.
 *
 * @param path the directory, named after the master ID
 */
public record DeviceDirectory(Path path) {

  private static final String MARKER = "element.properties";

  /** The kinds of secure element that this library drives. */
  public enum ElementKind {
    /** Two PKCS#11 tokens. */
    PKCS11,
    /** Two PKCS#12 files, for tests and simulation. */
    SOFTWARE
  }

  /** The directory of a device below the directory of all devices. */
  public static DeviceDirectory of(Path root, String masterId) {
    return new DeviceDirectory(root.resolve("devices").resolve(masterId));
  }

  /**
   * The personalised devices below a directory, by name.
   *
   * @throws ConfigurationException when it cannot be read
   */
  public static List<DeviceDirectory> all(Path root) {
    Path devices = root.resolve("devices");
    if (!Files.isDirectory(devices)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(devices)) {
      return paths
          .sorted()
          .map(DeviceDirectory::new)
          .filter(DeviceDirectory::isPersonalised)
          .toList();
    } catch (IOException e) {
      throw new ConfigurationException("cannot read " + devices, "Check the directory's owner.", e);
    }
  }

  /** The device's name, which is its master ID. */
  public String masterId() {
    return path.getFileName().toString();
  }

  /** Whether there is a finished secure element. */
  public boolean isPersonalised() {
    return Files.exists(path.resolve(MARKER));
  }

  /** Where the secure element's own files are. */
  public Path elementDirectory() {
    return path.resolve("element");
  }

  /**
   * Says where the secure element is; from then on the device counts as personalised.
   *
   * @param kind its kind
   * @param tokens what the labels of its PKCS#11 tokens begin with
   */
  public void markPersonalised(ElementKind kind, String tokens) {
    DurableFile.write(
        path.resolve(MARKER),
        "kind=" + kind.name().toLowerCase(Locale.ROOT) + "\ntokens=" + tokens + "\n");
  }

  /**
   * Opens the device's secure element.
   *
   * @param module where PKCS#11 tokens are
   * @throws ConfigurationException when the device is not personalised, or the element is another
   *     device's
   */
  public SecureElement openElement(Pkcs11Module module) {
    String remedy = "Run wams personalise, or name a device that exists.";
    if (!isPersonalised()) {
      throw new ConfigurationException("there is no device " + masterId(), remedy);
    }
    Properties marker = new Properties();
    try {
      byte[] content = DurableFile.read(path.resolve(MARKER), remedy);
      marker.load(new StringReader(new String(content, StandardCharsets.UTF_8)));
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigurationException(path.resolve(MARKER) + " is damaged", remedy, e);
    }
    SecureElement element =
        switch (marker.getProperty("kind", "")) {
          case "pkcs11" ->
              new Pkcs11SecureElement(
                  module, marker.getProperty("tokens", masterId()), elementDirectory());
          case "software" -> new SoftwareSecureElement(elementDirectory(), masterId());
          default ->
              throw new ConfigurationException(
                  path.resolve(MARKER) + " names no kind of secure element",
                  "Write kind=pkcs11 or kind=software into it.");
        };
    if (!element.masterId().equals(masterId())) {
      element.close();
      throw new ConfigurationException(
          "the secure element in " + path + " is that of " + element.masterId(),
          "Name the device's directory after its master ID.");
    }
    return element;
  }

  Path bootstrapFile() {
    return path.resolve("bootstrap.json");
  }

  Path clientDirectory(String qualifiedName) {
    return path.resolve("clients").resolve(qualifiedName);
  }
}
