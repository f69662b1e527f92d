package org.heliogate.authz.token;

import java.security.cert.X509Certificate;
import org.heliogate.authz.assertion.SignedAssertion;
import org.heliogate.authz.client.AuthenticationMethod;

/** What a client shows to prove who it is (RFC 6749 §2.3). Never shows a proof as text. */
public sealed interface ClientCredentials {

  /** The way in which it is shown. */
  AuthenticationMethod method();

  /** Who it says it is. */
  String clientId();

  /**
   * The client secret.
   *
   * @param method in the header or in the body
   * @param clientId who it says it is
   * @param secret the secret
   */
  record Secret(AuthenticationMethod method, String clientId, String secret)
      implements ClientCredentials {
    @Override
    public String toString() {
      return "Secret[" + clientId + "]";
    }
  }

  /**
   * A one-time password of the secure element.
   *
   * @param clientId who it says it is
   * @param password {@code <counter>.<mac>}
   */
  record OneTimePassword(String clientId, String password) implements ClientCredentials {
    @Override
    public AuthenticationMethod method() {
      return AuthenticationMethod.CLIENT_OTP;
    }

    @Override
    public String toString() {
      return "OneTimePassword[" + clientId + "]";
    }
  }

  /**
   * A signed assertion.
   *
   * @param clientId its subject
   * @param assertion what was read, and is not proven
   */
  record Assertion(String clientId, SignedAssertion assertion) implements ClientCredentials {
    @Override
    public AuthenticationMethod method() {
      return AuthenticationMethod.PRIVATE_KEY_JWT;
    }
  }

  /**
   * A certificate shown in TLS.
   *
   * @param clientId who it says it is
   * @param shown the certificate, whose key alone is proven
   */
  record Certificate(String clientId, X509Certificate shown) implements ClientCredentials {
    @Override
    public AuthenticationMethod method() {
      return AuthenticationMethod.TLS_CLIENT_AUTH;
    }

    @Override
    public String toString() {
      return "Certificate[" + clientId + "]";
    }
  }
}
