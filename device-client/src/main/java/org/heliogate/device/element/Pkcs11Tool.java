package org.heliogate.device.element;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heliogate.device.failure.SecureElementException;

/**
 * OpenSC's {@code pkcs11-tool}, for what Java's PKCS#11 provider has no public call for: finding a
 * token's slot by its label, and setting up a token.
 *
 * <p>PINs reach it through its environment ({@code --pin env:NAME}), which only the same user can
 * read, never through the process list.
 */
public final class Pkcs11Tool {

  private static final Pattern SLOT = Pattern.compile("Slot \\d+ \\(0x([0-9a-fA-F]+)\\):.*");
  private static final Pattern LABEL = Pattern.compile("\\s*token label\\s*: (.*)");
  private static final Pattern UNINITIALIZED = Pattern.compile("\\s*token state:\\s*uninitialized");

  private final String command;
  private final Path library;

  /**
   * Names the tool; nothing is run yet.
   *
   * @param command the program, found on the path when it has no directory
   * @param library the PKCS#11 library that it loads
   */
  public Pkcs11Tool(String command, Path library) {
    this.command = command;
    this.library = library;
  }

  /** The slot of each initialised token, by the token's label. */
  Map<String, Long> slotsByLabel() {
    Map<String, Long> slots = new LinkedHashMap<>();
    long slot = -1;
    for (String line : run(Map.of(), "--list-slots")) {
      Matcher slotLine = SLOT.matcher(line);
      Matcher label = LABEL.matcher(line);
      if (slotLine.matches()) {
        slot = Long.parseLong(slotLine.group(1), 16);
      } else if (label.matches()) {
        slots.put(label.group(1).strip(), slot);
      }
    }
    return slots;
  }

  private OptionalInt freeSlotIndex() {
    int index = -1;
    for (String line : run(Map.of(), "--list-slots")) {
      if (SLOT.matcher(line).matches()) {
        index++;
      } else if (UNINITIALIZED.matcher(line).matches()) {
        return OptionalInt.of(index);
      }
    }
    return OptionalInt.empty();
  }

  /**
   * Makes a token in the first free slot. No other process may do so at the same time.
   *
   * @param label the new token's label, at most 32 bytes
   * @param securityOfficerPin the PIN that could set the user's PIN again
   * @param pin the user's PIN
   */
  void initialise(String label, String securityOfficerPin, String pin) {
    int slotIndex =
        freeSlotIndex()
            .orElseThrow(
                () ->
                    new SecureElementException(
                        "there is no free PKCS#11 slot for the token " + label,
                        "Insert an empty secure element."));
    Map<String, String> secrets =
        Map.of("HELIOGATE_SO_PIN", securityOfficerPin, "HELIOGATE_PIN", pin);
    run(
        secrets,
        "--init-token",
        "--slot-index",
        Integer.toString(slotIndex),
        "--label",
        label,
        "--so-pin",
        "env:HELIOGATE_SO_PIN");
    run(
        secrets,
        "--init-pin",
        "--login",
        "--login-type",
        "so",
        "--token-label",
        label,
        "--so-pin",
        "env:HELIOGATE_SO_PIN",
        "--new-pin",
        "env:HELIOGATE_PIN");
  }

  private List<String> run(Map<String, String> secrets, String... arguments) {
    List<String> line = new ArrayList<>(List.of(command, "--module", library.toString()));
    line.addAll(List.of(arguments));
    return Subprocess.run(line, secrets);
  }
}
