package org.heliogate.authz.client;

import java.util.Arrays;
import java.util.Optional;

/**
 * The token endpoint authentication methods (RFC 7591 §2, and the contract's {@code client_otp}).
 */
public enum AuthenticationMethod {
  /** RFC 6749 §2.3.1, HTTP Basic. */
  CLIENT_SECRET_BASIC("client_secret_basic", true),
  /** RFC 6749 §2.3.1, in the body. */
  CLIENT_SECRET_POST("client_secret_post", true),
  /** An assertion signed with a registered key (RFC 7523 §2.2, OpenID Connect Core §9). */
  PRIVATE_KEY_JWT("private_key_jwt", false),
  /** A certificate of this CA, shown in TLS (RFC 8705 §2.1). */
  TLS_CLIENT_AUTH("tls_client_auth", false),
  /** A one-time password from the secure element (D3.4.2 §4). */
  CLIENT_OTP("client_otp", false);

  private final String wireName;
  private final boolean usesSecret;

  AuthenticationMethod(String wireName, boolean usesSecret) {
    this.wireName = wireName;
    this.usesSecret = usesSecret;
  }

  /** The method's registered name. */
  public String wireName() {
    return wireName;
  }

  /** Whether the method needs a client secret. */
  public boolean usesSecret() {
    return usesSecret;
  }

  /** The method of that name, if there is one. */
  public static Optional<AuthenticationMethod> of(String wireName) {
    return Arrays.stream(values()).filter(method -> method.wireName.equals(wireName)).findFirst();
  }
}
