package org.heliogate.device.element;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A self-signed certificate that names a key inside a key store, since Java's key stores hold no
 * private key without one; it is never shown to anybody.
 */
final class PlaceholderCertificate {

  /** RFC 5280 §4.1.2.5: no well-defined expiration date. */
  private static final Date NEVER = new Date(253402300799000L);

  private PlaceholderCertificate() {}

  static X509Certificate of(
      String commonName, PublicKey publicKey, PrivateKey key, @Nullable Provider provider)
      throws GeneralSecurityException, OperatorCreationException {
    X500Principal name = new X500Principal("CN=" + commonName);
    String signature =
        KeyAlgorithm.of(publicKey).map(KeyAlgorithm::signature).orElse("SHA256withECDSA");
    JcaContentSignerBuilder signer = new JcaContentSignerBuilder(signature);
    if (provider != null) {
      signer.setProvider(provider);
    }
    return new JcaX509CertificateConverter()
        .getCertificate(
            new JcaX509v3CertificateBuilder(
                    name, BigInteger.ONE, new Date(0), NEVER, name, publicKey)
                .build(signer.build(key)));
  }
}
