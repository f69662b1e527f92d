package org.heliogate.hsm.ca;

import org.jspecify.annotations.Nullable;

/** A certification request, or a key to be certified, is refused. The message may be shown. */
public final class InvalidCertificationRequestException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Why it is refused. */
  public enum Reason {
    /** More than 16 KiB. */
    TOO_LARGE,
    /** Not a PKCS#10 request in DER, or something follows it. */
    MALFORMED,
    /** The subject is not exactly the assigned {@code CN=<username>}. */
    SUBJECT,
    /** Neither EC P-256, EC P-384 nor RSA, or not allowed in the profile. */
    KEY_TYPE,
    /** RSA under 2048 or over 4096 bits. */
    KEY_SIZE,
    /** The RSA exponent is not sane. */
    KEY_EXPONENT,
    /** The key is not a valid key of its kind. */
    KEY_INVALID,
    /** SHA-1, MD5 or an algorithm that is not supported. */
    SIGNATURE_ALGORITHM,
    /** The requester does not hold the private key. */
    PROOF_OF_POSSESSION,
    /** A CA certificate is asked for. */
    CA_REQUESTED
  }

  private final Reason reason;

  InvalidCertificationRequestException(Reason reason, String message) {
    this(reason, message, null);
  }

  InvalidCertificationRequestException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Why it is refused. */
  public Reason reason() {
    return reason;
  }
}
