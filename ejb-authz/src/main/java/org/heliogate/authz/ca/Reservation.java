package org.heliogate.authz.ca;

/** What came of the wish to have a serial signed for an order. */
sealed interface Reservation {

  /** The intent is stored; the signer may go on. */
  record Granted() implements Reservation {}

  /** A certificate for the same key is in use; there is nothing to sign. */
  @SuppressWarnings("ArrayRecordComponent") // Read at once, never compared.
  record Existing(byte[] der) implements Reservation {}

  /** Somebody else is having the same signed. */
  record Busy() implements Reservation {}

  /** The key's certificate is on hold. */
  record Held() implements Reservation {}

  /** The client does not exist or was revoked, or its device may not take part. */
  record Refused() implements Reservation {}
}
