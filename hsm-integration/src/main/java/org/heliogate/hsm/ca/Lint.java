package org.heliogate.hsm.ca;

import java.io.IOException;

/**
 * A check of the to-be-signed part of a certificate, done before the HSM signs it. Each names the
 * section of RFC 5280 that it enforces.
 */
public enum Lint {
  /** Everything is in DER: one encoding, nothing after it, no default value encoded. */
  DER("4.1", EncodingLints::der),
  /** The version is 3. */
  VERSION("4.1.2.1", FieldLints::version),
  /** The serial is positive, of at most 20 octets, of at least 64 bits and looks random. */
  SERIAL("4.1.2.2", FieldLints::serial),
  /** The signature algorithm is that of the issuer's key, its parameters as its RFC says. */
  SIGNATURE_ALGORITHM("4.1.2.3", FieldLints::signatureAlgorithm),
  /** The issuer is the issuer's subject, octet for octet. */
  ISSUER("4.1.2.4", FieldLints::issuer),
  /** Times until 2049 are UTCTime, later ones GeneralizedTime, with seconds, in UTC. */
  TIME_ENCODING("4.1.2.5", FieldLints::timeEncoding),
  /** The end follows the begin, after no more than the profile allows. */
  VALIDITY("4.1.2.5", FieldLints::validity),
  /** The validity is inside the issuer's. */
  VALIDITY_IN_ISSUER("6.1.3", FieldLints::validityInIssuer),
  /** The subject has the profile's attributes, each once, readable and within their bounds. */
  SUBJECT("4.1.2.6", NameLints::subject),
  /** The public key is of a kind and size of the profile and valid. */
  PUBLIC_KEY("4.1.2.7", FieldLints::publicKey),
  /** There are no unique identifiers. */
  UNIQUE_IDENTIFIERS("4.1.2.8", FieldLints::uniqueIdentifiers),
  /** No extension is there twice. */
  EXTENSIONS_ONCE("4.2", EncodingLints::extensionsOnce),
  /** The extensions are those of the profile, and no other. */
  EXTENSIONS_OF_PROFILE("4.2", EncodingLints::extensionsOfProfile),
  /** Basic constraints and key usage are critical, others are not. */
  CRITICALITY("4.2", EncodingLints::criticality),
  /** The authority key identifier is the issuer's subject key identifier, nothing else in it. */
  AUTHORITY_KEY_IDENTIFIER("4.2.1.1", ExtensionLints::authorityKeyIdentifier),
  /** The subject key identifier is made of the public key. */
  SUBJECT_KEY_IDENTIFIER("4.2.1.2", ExtensionLints::subjectKeyIdentifier),
  /** The key usage is the profile's. */
  KEY_USAGE("4.2.1.3", ExtensionLints::keyUsage),
  /** The alternative names are of the profile's forms and well-formed. */
  ALTERNATIVE_NAMES("4.2.1.6", NameLints::alternativeNames),
  /** The common name is among the alternative names (RFC 6125 §6.4.4 for servers). */
  COMMON_NAME("4.2.1.6", NameLints::commonName),
  /** CAs, and only they, are CAs, with a path length below the issuer's. */
  BASIC_CONSTRAINTS("4.2.1.9", ExtensionLints::basicConstraints),
  /** The extended key usage is the profile's and fits the key usage; never any purpose. */
  EXTENDED_KEY_USAGE("4.2.1.12", ExtensionLints::extendedKeyUsage),
  /** The CRL is at the issuer's address, whole and of the issuer. */
  CRL_DISTRIBUTION_POINTS("4.2.1.13", ExtensionLints::crlDistributionPoints),
  /** The issuer's certificate, and the OCSP responder if announced, are at their addresses. */
  AUTHORITY_INFORMATION_ACCESS("4.2.2.1", ExtensionLints::authorityInformationAccess);

  private final String section;
  private final Check check;

  Lint(String section, Check check) {
    this.section = section;
    this.check = check;
  }

  /** The section of RFC 5280. */
  public String section() {
    return section;
  }

  /** Whether the certificate is right in this respect. What cannot be read is not. */
  boolean passes(LintedCertificate certificate) {
    try {
      return check.passes(certificate);
    } catch (IOException | RuntimeException e) {
      // Readers report what they cannot read by runtime exceptions of many kinds.
      return false;
    }
  }

  @FunctionalInterface
  private interface Check {
    boolean passes(LintedCertificate certificate) throws IOException;
  }
}
