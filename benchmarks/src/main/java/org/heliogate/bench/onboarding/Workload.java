package org.heliogate.bench.onboarding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.heliogate.device.ClientContext;
import org.heliogate.device.Device;
import org.heliogate.device.DeviceDirectory;
import org.heliogate.device.DeviceDirectory.ElementKind;
import org.heliogate.device.ImageConfiguration;
import org.heliogate.device.element.BlankElement;
import org.heliogate.device.element.Pkcs11Module;
import org.heliogate.device.element.SecureElement;
import org.heliogate.device.element.SoftHsmMaker;
import org.heliogate.device.maker.Personalisation;

/**
 * The devices of one run, which nobody has seen before, and the workflow that they take part in.
 */
final class Workload {

  static final String RESOURCE_SERVER = "mqtt";
  static final String WORKFLOW = "bench-onboarding";

  static final String WORKFLOW_DOCUMENT =
      """
      heliogate: 1
      workflow: %s
      description: The devices of the benchmark, each on a topic of its own
      roles:
        bench-onboarding-publisher:
          grants:
            - { resource-server: %s, resource: "%s", scopes: [publish] }
      bootstrap:
        clients:
          - name: publisher
            role: bench-onboarding-publisher
            authentication: [client_otp]
        parameters:
          mqtt.topic: "%s"
        return-pin: true
      """
          .formatted(WORKFLOW, RESOURCE_SERVER, topic("${device.id}"), topic("${device.id}"));

  private final Path directory;
  private final Pkcs11Module module;
  private final List<String> ids;

  /**
   * Names the devices; none is made yet.
   *
   * @param directory where their secure elements go
   * @param count how many
   */
  Workload(Path directory, int count) {
    this.directory = directory;
    this.module =
        ImageConfiguration.load(directory.resolve(ImageConfiguration.FILE_NAME), null, null)
            .pkcs11();
    byte[] unique = new byte[4];
    new SecureRandom().nextBytes(unique);
    String prefix = "BENCH-" + HexFormat.of().formatHex(unique) + "-";
    this.ids = IntStream.range(0, count).mapToObj(n -> prefix + "%05d".formatted(n)).toList();
  }

  /** The topic of a device. */
  static String topic(String masterId) {
    return "bench/" + masterId + "/measurements";
  }

  /** The master IDs. */
  List<String> ids() {
    return ids;
  }

  /**
   * Makes the secure elements.
   *
   * @param kind their kind
   * @param environment names SoftHSM2's configuration for PKCS#11 elements
   * @param progress told each master ID when its element is ready
   * @return the maker's manifest, NDJSON; it holds secrets
   */
  String make(ElementKind kind, Map<String, String> environment, Consumer<String> progress) {
    Path manifest = directory.resolve("manifest.ndjson");
    new Personalisation(
            directory, manifest, kind, (blanks, made) -> tokens(blanks, environment, made))
        .personalise(ids, List.of(WORKFLOW), Map.of(), progress);
    try {
      return Files.readString(manifest);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the manifest that was just written", e);
    }
  }

  private Map<String, PublicKey> tokens(
      List<BlankElement> blanks, Map<String, String> environment, Consumer<String> progress) {
    return new SoftHsmMaker(module, environment)
        .make(blanks, id -> DeviceDirectory.of(directory, id).elementDirectory(), progress);
  }

  /** The device around a secure element, which stays the caller's to close. */
  Device device(ClientContext context, SecureElement element) {
    return new Device(
        context, DeviceDirectory.of(directory, element.masterId()), element, RESOURCE_SERVER);
  }

  /** Opens a device's secure element. */
  SecureElement open(String masterId) {
    return DeviceDirectory.of(directory, masterId).openElement(module);
  }
}
