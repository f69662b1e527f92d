package org.heliogate.hsm;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The token, or the way to it, failed and logging in again did not help. The message says what to
 * do and never holds a secret. The operation had no effect that anybody may rely on.
 */
public final class HsmUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What is wrong, as far as PKCS#11 tells it apart. */
  public enum Reason {
    /** The token refused the PIN. Nothing tries that PIN again, as tokens lock after a few. */
    PIN_INCORRECT("the token refused the PIN; correct it, then restart"),
    /** The PIN is locked after too many wrong ones. */
    PIN_LOCKED("the token's PIN is locked; unlock it as its security officer, then restart"),
    /** The token, its slot or its library is gone. */
    TOKEN_ABSENT("the token is not there; bring it back, and a supervised server will restart"),
    /** The token works, but a process that saw it go does not see it come back. */
    RESTART_NEEDED("the token is back, but this process cannot use it any more; restart"),
    /** The key store is open but has no such key or certificate. */
    KEY_ABSENT("create the keys with the offline PKI command"),
    /** A key that can be read out of the store was found where a token was promised. */
    KEY_EXPOSED(
        "the key can be read out of the token; make new keys, sensitive and not extractable"),
    /** Anything else: session, device or driver. */
    FAULT("check the token and its driver; a supervised server will restart when that helps");

    private final String advice;

    Reason(String advice) {
      this.advice = advice;
    }

    /** What to do, in one sentence without a full stop. */
    public String advice() {
      return advice;
    }
  }

  private final Reason reason;

  /**
   * A failure.
   *
   * @param reason what is wrong
   * @param message what failed, without secrets; the advice of the reason is added
   * @param cause what was caught, or null
   */
  public HsmUnavailableException(Reason reason, String message, @Nullable Throwable cause) {
    super(message + ": " + reason.advice, cause);
    this.reason = reason;
  }

  /** What is wrong. */
  public Reason reason() {
    return reason;
  }

  /** A failure whose reason is read from the PKCS#11 return value among the causes. */
  static HsmUnavailableException of(String what, Throwable cause) {
    if (cause instanceof HsmUnavailableException known) {
      return known;
    }
    return new HsmUnavailableException(reasonOf(cause), what + " cannot be used", cause);
  }

  /**
   * The reason behind a failure. The JDK's PKCS#11 exceptions are not part of its public API, so
   * the names of the standard's return values are looked for in the messages.
   */
  static Reason reasonOf(Throwable failure) {
    int depth = 0;
    for (Throwable t = failure; t != null && depth < 16; t = t.getCause(), depth++) {
      if (t instanceof HsmUnavailableException known) {
        return known.reason();
      }
      if (t instanceof KeyAbsentException) {
        return Reason.KEY_ABSENT;
      }
      String message = t.getMessage() == null ? "" : t.getMessage().toUpperCase(Locale.ROOT);
      if (message.contains("CKR_PIN_LOCKED")) {
        return Reason.PIN_LOCKED;
      }
      if (message.contains("CKR_PIN_")) {
        return Reason.PIN_INCORRECT;
      }
      if (message.contains("CKR_TOKEN_NOT_")
          || message.contains("CKR_SLOT_ID_INVALID")
          || message.contains("CKR_DEVICE_REMOVED")
          || message.contains("TOKEN HAS BEEN REMOVED")
          // No provider: its library or slot was not there when this process began.
          || message.contains("PKCS11 NOT FOUND")
          || message.contains("NO SUITABLE PROVIDER FOUND FOR TYPE 'PKCS11'")) {
        return Reason.TOKEN_ABSENT;
      }
    }
    return Reason.FAULT;
  }
}
