package org.heliogate.hsm.ca;

import java.util.List;

/**
 * What was issued before the server ran: the content of {@code pki/import.json}, which the server
 * reads at start so that these certificates appear in its inventory and CRLs. As JSON it is an
 * object with the members of this record, and those of the nested ones.
 *
 * @param version of the format, 1
 * @param certificates every certificate, in the order of issuance, the root first
 * @param crls the first CRL of each CA
 */
public record OfflineIssuance(int version, List<Issued> certificates, List<Crl> crls) {

  /** The version of the format that this class stands for. */
  public static final int VERSION = 1;

  /**
   * A certificate.
   *
   * @param name what it was issued for: {@code root}, {@code issuing}, {@code issuing-2}, {@code
   *     https}, {@code broker} or {@code mqtt-proxy}
   * @param profile name of its {@link CertificateProfile}
   * @param profileVersion the profile's version, 1 where it is left out
   * @param issuerSki the issuer's subject key identifier, lower-case hex; the root's own for the
   *     root
   * @param der the certificate, base64
   */
  public record Issued(
      String name, String profile, int profileVersion, String issuerSki, String der) {

    /** Gives the version that was left out. */
    public Issued {
      profileVersion = Math.max(1, profileVersion);
    }
  }

  /**
   * A CRL.
   *
   * @param issuerSki the issuer's subject key identifier, lower-case hex
   * @param number the CRL number, decimal
   * @param der the CRL, base64
   */
  public record Crl(String issuerSki, String number, String der) {}

  /** Takes unmodifiable copies. */
  public OfflineIssuance {
    certificates = List.copyOf(certificates);
    crls = List.copyOf(crls);
  }
}
