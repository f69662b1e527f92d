package org.heliogate.authz.device.manifest;

/** What became of one line of a manifest: an element or a fault. */
public sealed interface ManifestLine {

  /**
   * The number of the line in the text, from 1; of a CSV record that spans several lines, the first
   * one's. Empty lines count but give no {@code ManifestLine}.
   */
  long number();

  /**
   * A line that was read.
   *
   * @param number the line's number, from 1
   * @param element the secure element that it describes
   */
  record Element(long number, SecureElementRecord element) implements ManifestLine {}

  /**
   * A line that cannot be read, which concerns this line only.
   *
   * @param number the line's number, from 1
   * @param detail what is wrong, one line for people; without PIN, secret, key or any other value
   *     of the line
   */
  record Fault(long number, String detail) implements ManifestLine {}
}
