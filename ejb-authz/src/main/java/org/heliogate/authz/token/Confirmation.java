package org.heliogate.authz.token;

import com.nimbusds.jose.util.X509CertUtils;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import org.heliogate.authz.platform.Digests;
import org.jspecify.annotations.Nullable;

/**
 * What a token is bound to (RFC 7800 §3.1): whoever shows the token must prove to hold that key as
 * well.
 *
 * @param method how it is proven
 * @param thumbprint which key: a SHA-256, base64url without padding
 */
public record Confirmation(Method method, String thumbprint) {

  /** How a key is proven. */
  public enum Method {
    /** By a DPoP proof; the thumbprint is that of the proof's key (RFC 9449 §6.1). */
    DPOP("jkt"),
    /** By TLS; the thumbprint is that of the client's certificate (RFC 8705 §3.1). */
    CERTIFICATE("x5t#S256");

    private final String member;

    Method(String member) {
      this.member = member;
    }

    /** The name of the member of {@code cnf}. */
    public String member() {
      return member;
    }
  }

  /** The binding to the key of a DPoP proof. */
  public static Confirmation ofKey(String thumbprint) {
    return new Confirmation(Method.DPOP, thumbprint);
  }

  /** The binding to a certificate. */
  public static Confirmation of(X509Certificate certificate) {
    return new Confirmation(
        Method.CERTIFICATE, X509CertUtils.computeSHA256Thumbprint(certificate).toString());
  }

  /** The binding that a {@code cnf} says; empty for none. */
  static Optional<Confirmation> ofClaim(@Nullable Map<?, ?> claim) {
    if (claim != null) {
      for (Method method : Method.values()) {
        if (claim.get(method.member()) instanceof String thumbprint) {
          return Optional.of(new Confirmation(method, thumbprint));
        }
      }
    }
    return Optional.empty();
  }

  /** The value of {@code cnf}. */
  public Map<String, String> claim() {
    return Map.of(method.member(), thumbprint);
  }

  /** Whether this is the binding to the key of that thumbprint, as a DPoP proof shows it. */
  boolean isKey(String shown) {
    return method == Method.DPOP && Digests.equal(thumbprint, shown);
  }

  /** Whether this is the binding to the certificate that was shown. */
  boolean isCertificate(X509Certificate shown) {
    return equals(of(shown));
  }
}
