package org.heliogate.spi;

/** A principal's live connection to the resource server, as the contract test sees it. */
public interface PrincipalSession extends AutoCloseable {

  /**
   * Tries to use a right, with the server's answer as the judge.
   *
   * @return whether the server allowed it; false also if the session is no longer alive
   */
  boolean mayUse(Permission right);

  /** Whether the server still keeps the session. */
  boolean isAlive();

  /** Ends the session. Closing twice is harmless. */
  @Override
  void close();
}
