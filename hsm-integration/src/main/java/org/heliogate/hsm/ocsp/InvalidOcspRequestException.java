package org.heliogate.hsm.ocsp;

import org.jspecify.annotations.Nullable;

/** An OCSP request is refused before anything is looked up or signed. */
public final class InvalidOcspRequestException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Why it is refused. */
  public enum Reason {
    /** More than 16 KiB. */
    TOO_LARGE,
    /** Not a request of version 1 in DER, or something follows it. */
    MALFORMED,
    /** More than 16 certificates are asked about. */
    TOO_MANY_ENTRIES,
    /** No certificate is asked about. */
    NO_ENTRY,
    /** The nonce has none or more than 32 octets (RFC 8954 §2.1). */
    NONCE,
    /** An extension that is not understood is critical (RFC 6960 §4.4). */
    CRITICAL_EXTENSION
  }

  private final Reason reason;

  InvalidOcspRequestException(Reason reason, String message) {
    this(reason, message, null);
  }

  InvalidOcspRequestException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Why it is refused. */
  public Reason reason() {
    return reason;
  }
}
