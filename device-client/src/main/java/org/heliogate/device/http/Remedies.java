package org.heliogate.device.http;

/** What an operator or user can do about each error code of the server. */
final class Remedies {

  private Remedies() {}

  static String forError(String error) {
    return switch (error) {
      case "invalid_client" ->
          "Check that the server knows this device or client: its manifest is loaded, its secret or"
              + " one-time password is current, its clock is right.";
      case "access_denied" ->
          "The device is suspended, revoked or retired: ask the operator to resume it.";
      case "bootstrap_completed" ->
          "The device is bootstrapped already: go on with credentials, or ask the operator to"
              + " re-arm it.";
      case "request_denied" -> "Ask the operator for a grant on this resource.";
      case "invalid_token" -> "Run the command again; if that does not help, bootstrap again.";
      case "invalid_grant" -> "The ticket was spent or expired: run the command again.";
      case "invalid_scope", "insufficient_scope" ->
          "Ask the operator to allow the scope for this client.";
      default -> "See the server's audit log for this time.";
    };
  }
}
