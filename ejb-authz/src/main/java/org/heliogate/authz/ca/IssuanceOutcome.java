package org.heliogate.authz.ca;

/** What came of a step of an issuance. */
sealed interface IssuanceOutcome {

  /** The intent, or the certificate, is stored. */
  record Done() implements IssuanceOutcome {}

  /** A certificate for the same key is in use; there is nothing to sign. */
  @SuppressWarnings("ArrayRecordComponent") // Read at once, never compared.
  record Existing(byte[] der) implements IssuanceOutcome {}

  /** Somebody else is having the same signed. */
  record Busy() implements IssuanceOutcome {}

  /** The key's certificate is on hold. */
  record Held() implements IssuanceOutcome {}

  /** The key was reported as compromised. */
  record Compromised() implements IssuanceOutcome {}

  /**
   * The client does not exist or was revoked, its device may not take part, or the intent is no
   * longer there; then its serial is on the CRL.
   */
  record Refused() implements IssuanceOutcome {}
}
