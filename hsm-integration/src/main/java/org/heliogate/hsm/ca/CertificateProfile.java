package org.heliogate.hsm.ca;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What all certificates of one purpose have in common.
 *
 * @param name stable name, stored with each certificate
 * @param purpose what the holder does with it
 * @param validity how long a certificate is valid, from a little before its issuance; shortened
 *     where the issuer's own certificate ends earlier
 * @param allowedKeys the kinds of public key that are certified
 * @param pathLength for a CA, how many CAs may follow; empty for no bound and for others
 */
public record CertificateProfile(
    String name,
    Purpose purpose,
    Duration validity,
    Set<KeyType> allowedKeys,
    OptionalInt pathLength) {

  /** What a certificate is good for; decides key usage and extended key usage. */
  public enum Purpose {
    /** Signs certificates and CRLs. */
    AUTHORITY,
    /** TLS server, and never TLS client. */
    SERVER,
    /** TLS client, and never TLS server. */
    CLIENT,
    /** Signs OCSP responses for the CA that issued it, and nothing else (RFC 6960 §4.2.2.2). */
    OCSP_RESPONDER
  }

  private static final Set<KeyType> ALL_KEYS = Set.of(KeyType.values());

  /** The self-signed root, 20 years. */
  public static final CertificateProfile ROOT_CA =
      new CertificateProfile(
          "root-ca",
          Purpose.AUTHORITY,
          Duration.ofDays(7305),
          Set.of(KeyType.EC_P256, KeyType.EC_P384),
          OptionalInt.of(1));

  /** The CA that issues to everybody, 10 years. */
  public static final CertificateProfile ISSUING_CA =
      new CertificateProfile(
          "issuing-ca",
          Purpose.AUTHORITY,
          Duration.ofDays(3652),
          Set.of(KeyType.EC_P256, KeyType.EC_P384),
          OptionalInt.of(0));

  /** HTTPS of the authorization server, TLS of a broker; O and OU in the subject; one year. */
  public static final CertificateProfile SERVER =
      new CertificateProfile(
          "server", Purpose.SERVER, Duration.ofDays(365), ALL_KEYS, OptionalInt.empty());

  /** A resource proxy at its resource server; one year. */
  public static final CertificateProfile PROXY_CLIENT =
      new CertificateProfile(
          "proxy-client", Purpose.CLIENT, Duration.ofDays(365), ALL_KEYS, OptionalInt.empty());

  /** A device at the resource servers; one year. */
  public static final CertificateProfile DEVICE_CLIENT =
      new CertificateProfile(
          "device-client", Purpose.CLIENT, Duration.ofDays(365), ALL_KEYS, OptionalInt.empty());

  /** An application at the resource servers; 90 days. */
  public static final CertificateProfile APPLICATION_CLIENT =
      new CertificateProfile(
          "application-client", Purpose.CLIENT, Duration.ofDays(90), ALL_KEYS, OptionalInt.empty());

  /**
   * A delegated OCSP responder, 14 days: its status is not checked (RFC 6960 §4.2.2.2.1), so it
   * lives short and is renewed by the server.
   */
  public static final CertificateProfile OCSP_RESPONDER =
      new CertificateProfile(
          "ocsp-responder",
          Purpose.OCSP_RESPONDER,
          Duration.ofDays(14),
          Set.of(KeyType.EC_P256, KeyType.EC_P384),
          OptionalInt.empty());

  private static final List<CertificateProfile> PROFILES =
      List.of(
          ROOT_CA,
          ISSUING_CA,
          SERVER,
          PROXY_CLIENT,
          DEVICE_CLIENT,
          APPLICATION_CLIENT,
          OCSP_RESPONDER);

  /** Checks the bounds and takes an unmodifiable copy of the kinds of key. */
  public CertificateProfile {
    if (validity.isZero() || validity.isNegative()) {
      throw new IllegalArgumentException("a profile's validity is positive");
    }
    allowedKeys = Set.copyOf(allowedKeys);
  }

  /**
   * The built-in profile of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static CertificateProfile named(String name) {
    return PROFILES.stream()
        .filter(profile -> profile.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no certificate profile " + name));
  }
}
