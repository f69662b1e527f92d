package org.heliogate.rest.wire;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.heliogate.authz.ca.ClientCertificates;
import org.heliogate.authz.ca.VerifiedCertificate;

/** The certificate that the client of the present request has shown in TLS, if any. */
@RequestScoped
public class ClientCertificate {

  private static final String ATTRIBUTE = "jakarta.servlet.request.X509Certificate";

  @Inject private HttpServletRequest servlet;
  @Inject private ClientCertificates certificates;

  /** What it has shown: the handshake has proven the key, nothing more is known. */
  public Optional<X509Certificate> shown() {
    return servlet.getAttribute(ATTRIBUTE) instanceof X509Certificate[] chain && chain.length > 0
        ? Optional.of(chain[0])
        : Optional.empty();
  }

  /** What it has shown, if that is a client certificate of this CA that is good now. */
  public Optional<VerifiedCertificate> verified() {
    return shown().flatMap(certificates::verify);
  }
}
