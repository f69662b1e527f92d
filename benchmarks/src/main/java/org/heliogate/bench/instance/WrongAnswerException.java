package org.heliogate.bench.instance;

/** An answer that is not what the HTTP contract promises: the figures would mean nothing. */
public final class WrongAnswerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Describes the fault.
   *
   * @param message what was expected and what came, without secrets
   */
  public WrongAnswerException(String message) {
    super(message);
  }
}
