package org.heliogate.authz.error;

/**
 * What is wrong with a request. The names are those of the standards; the edge maps each to its
 * status and body.
 */
public enum ErrorCode {
  /** RFC 6749 §5.2. */
  INVALID_REQUEST,
  /** RFC 6749 §5.2: the client could not be authenticated. */
  INVALID_CLIENT,
  /** RFC 6749 §5.2; UMA 2.0 Grant §3.3.6: the ticket is unknown, spent, expired or another's. */
  INVALID_GRANT,
  /** RFC 6749 §5.2. */
  UNAUTHORIZED_CLIENT,
  /** RFC 6749 §5.2. */
  UNSUPPORTED_GRANT_TYPE,
  /** RFC 6749 §5.2. */
  INVALID_SCOPE,
  /** UMA FedAuthz §4.3: there is no such resource of this server. */
  INVALID_RESOURCE_ID,
  /** RFC 6750 §3.1. */
  INVALID_TOKEN,
  /** RFC 6750 §3.1, last paragraph: no token was shown where one is needed. */
  TOKEN_REQUIRED,
  /** RFC 6750 §3.1. */
  INSUFFICIENT_SCOPE,
  /** RFC 9449 §5, §7.1: the proof of possession is missing, malformed, wrong or was used before. */
  INVALID_DPOP_PROOF,
  /** RFC 9449 §8, §9: the proof needs a nonce of this server's, which the answer has. */
  USE_DPOP_NONCE,
  /** UMA 2.0 Grant §3.3.6. */
  REQUEST_DENIED,
  /** The device is revoked, suspended or retired. */
  ACCESS_DENIED,
  /** The device is confirmed; an operator must re-arm it first. */
  BOOTSTRAP_COMPLETED,
  /** There is no such thing, or not for this caller. */
  NOT_FOUND,
  /** The request does not fit the present state. */
  CONFLICT,
  /** The thing was changed since the caller read it (RFC 9110 §13.1.1). */
  PRECONDITION_FAILED,
  /** The request must say which state it was made for (RFC 6585 §3). */
  PRECONDITION_REQUIRED,
  /** The request is well-formed and cannot be carried out. */
  UNPROCESSABLE,
  /** The body is larger than this endpoint takes. */
  TOO_LARGE,
  /** The source must wait. */
  TOO_MANY_REQUESTS,
  /** Something that is needed is out of reach; the request may be repeated. */
  TEMPORARILY_UNAVAILABLE
}
