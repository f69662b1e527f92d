package org.heliogate.hsm.ca;

import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.heliogate.hsm.ca.InvalidCertificationRequestException.Reason;

/**
 * What all certificates of one purpose have in common. The profiles are data, {@code
 * certificate-profiles.json} beside this class, whose form its JSON Schema says.
 *
 * @param name stable name, stored with each certificate
 * @param version from 1, rises with each change of what certificates say; stored with each
 *     certificate
 * @param purpose what the holder does with it
 * @param validity how long a certificate is valid, from a little before its issuance; shortened
 *     where the issuer's own certificate ends earlier
 * @param allowedKeys the kinds of public key that are certified
 * @param rsaMinimumBits the least size of an RSA key
 * @param pathLength for a CA, how many CAs may follow; empty for no bound and for others
 * @param subject the attributes of the subject, each once
 * @param requiredNames forms of subject alternative names that are all present
 * @param oneOfNames forms of which at least one is present; empty for none
 * @param keyUsage key usage, critical
 * @param extendedKeyUsage extended key usage; empty for CAs
 * @param caIssuers whether the issuer's certificate is named
 * @param ocsp whether the OCSP responder is named, where there is one
 * @param crlDistributionPoints whether the issuer's CRL is named
 * @param noCheck whether its status is not checked (RFC 6960 §4.2.2.2.1)
 */
public record CertificateProfile(
    String name,
    int version,
    Purpose purpose,
    Duration validity,
    Set<KeyType> allowedKeys,
    int rsaMinimumBits,
    OptionalInt pathLength,
    Set<SubjectAttribute> subject,
    Set<NameForm> requiredNames,
    Set<NameForm> oneOfNames,
    Set<KeyUse> keyUsage,
    Optional<ExtendedKeyUse> extendedKeyUsage,
    boolean caIssuers,
    boolean ocsp,
    boolean crlDistributionPoints,
    boolean noCheck) {

  /** What a certificate is good for. */
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

  private static final List<CertificateProfile> PROFILES = ProfileDocument.read();

  /** The self-signed root, 20 years. */
  public static final CertificateProfile ROOT_CA = named("root-ca");

  /** The CA that issues to everybody, 10 years. */
  public static final CertificateProfile ISSUING_CA = named("issuing-ca");

  /** HTTPS of the authorization server, TLS of a broker; O and OU in the subject; one year. */
  public static final CertificateProfile SERVER = named("server");

  /** A resource proxy at its resource server; one year. */
  public static final CertificateProfile PROXY_CLIENT = named("proxy-client");

  /** A device at the resource servers; one year. */
  public static final CertificateProfile DEVICE_CLIENT = named("device-client");

  /** An application at the resource servers; 90 days. */
  public static final CertificateProfile APPLICATION_CLIENT = named("application-client");

  /**
   * A delegated OCSP responder, 14 days: its status is not checked (RFC 6960 §4.2.2.2.1), so it
   * lives short and is renewed by the server.
   */
  public static final CertificateProfile OCSP_RESPONDER = named("ocsp-responder");

  /** Checks the bounds and takes unmodifiable copies. */
  public CertificateProfile {
    if (validity.isZero() || validity.isNegative()) {
      throw new IllegalArgumentException("a profile's validity is positive");
    }
    if (version < 1 || allowedKeys.isEmpty() || keyUsage.isEmpty()) {
      throw new IllegalArgumentException("a profile has a version, kinds of key and a key usage");
    }
    if ((purpose == Purpose.AUTHORITY) != keyUsage.contains(KeyUse.KEY_CERT_SIGN)
        || (purpose == Purpose.AUTHORITY) == extendedKeyUsage.isPresent()) {
      throw new IllegalArgumentException("CAs, and only they, sign certificates");
    }
    allowedKeys = Set.copyOf(allowedKeys);
    subject = Set.copyOf(subject);
    requiredNames = Set.copyOf(requiredNames);
    oneOfNames = Set.copyOf(oneOfNames);
    keyUsage = Set.copyOf(keyUsage);
  }

  /** All of them. */
  public static List<CertificateProfile> all() {
    return PROFILES;
  }

  /**
   * The profile of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static CertificateProfile named(String name) {
    return PROFILES.stream()
        .filter(profile -> profile.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no certificate profile " + name));
  }

  /**
   * Checks that a public key is of an allowed kind and size.
   *
   * @return its kind
   * @throws InvalidCertificationRequestException if it is not, or is no valid key
   */
  KeyType checkKey(SubjectPublicKeyInfo key) throws InvalidCertificationRequestException {
    KeyType type = KeyType.of(key);
    if (!allowedKeys.contains(type)) {
      throw new InvalidCertificationRequestException(
          Reason.KEY_TYPE, "profile " + name + " does not take " + type + " keys");
    }
    if (type == KeyType.RSA && KeyType.rsaBits(key) < rsaMinimumBits) {
      throw new InvalidCertificationRequestException(
          Reason.KEY_SIZE,
          "profile " + name + " takes RSA keys from " + rsaMinimumBits + " bits on");
    }
    return type;
  }

  /** Whether a public key is of an allowed kind and size, and valid. */
  public boolean takes(PublicKey key) {
    try {
      checkKey(SubjectPublicKeyInfo.getInstance(key.getEncoded()));
      return true;
    } catch (InvalidCertificationRequestException e) {
      return false;
    }
  }

  /**
   * The same with a short life, in hours instead of days, for holders that renew by themselves.
   *
   * @throws IllegalArgumentException if there is none
   */
  public CertificateProfile shortLived() {
    return named(name + "-short-lived");
  }
}
