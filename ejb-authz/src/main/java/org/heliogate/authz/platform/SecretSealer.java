package org.heliogate.authz.platform;

/**
 * What keeps secrets at rest: seals them under a key that never leaves the HSM (architecture,
 * decision 6). Thread-safe.
 */
public interface SecretSealer {

  /**
   * Seals a secret.
   *
   * @param secret what to keep
   * @param context what it is for; the same must be given to open it, so that a sealed value cannot
   *     be moved to another row
   * @return the sealed secret, base64
   */
  String seal(byte[] secret, String context);

  /**
   * Opens a sealed secret.
   *
   * @throws org.heliogate.hsm.UnsealException if it was changed, or sealed in another context
   */
  byte[] open(String kept, String context);
}
