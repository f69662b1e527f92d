package org.heliogate.bench.onboarding;

import java.util.ArrayList;
import java.util.List;
import org.heliogate.bench.instance.WrongAnswerException;
import org.heliogate.device.failure.DeviceException;

/**
 * Devices that the authorization server knows until this is closed, which retires them.
 *
 * @param administration where they are loaded
 * @param ids their master IDs
 */
record LoadedDevices(Administration administration, List<String> ids) implements AutoCloseable {

  static LoadedDevices load(Administration administration, String manifest, List<String> ids) {
    administration.loadDevices(manifest, ids.size());
    return new LoadedDevices(administration, ids);
  }

  /**
   * Retires them all.
   *
   * @throws WrongAnswerException when some stayed
   */
  @Override
  public void close() {
    List<String> failures = new ArrayList<>();
    for (String id : ids) {
      try {
        administration.retire(id);
      } catch (WrongAnswerException | DeviceException e) {
        failures.add(String.valueOf(e.getMessage()));
      }
    }
    if (!failures.isEmpty()) {
      throw new WrongAnswerException(
          "%d devices could not be retired; the first: %s"
              .formatted(failures.size(), failures.get(0)));
    }
  }
}
