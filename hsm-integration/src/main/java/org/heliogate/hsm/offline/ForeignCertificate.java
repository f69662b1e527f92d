package org.heliogate.hsm.offline;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.heliogate.hsm.ca.CertificateProfile;
import org.heliogate.hsm.ca.IssuerChoice;
import org.heliogate.hsm.ca.SubjectKeyIdentifiers;

/**
 * An issuing CA's certificate that a root elsewhere signed, with that root.
 *
 * @param certificate the issuing CA's
 * @param root the root's
 */
record ForeignCertificate(X509Certificate certificate, X509Certificate root) {

  private static final int KEY_CERT_SIGN = 5;
  private static final int CRL_SIGN = 6;

  /** What the database has room for; the same of a CN. */
  private static final int MOST_SKI_DIGITS = 64;

  private static final int MOST_CN_CHARACTERS = 64;

  List<X509Certificate> chain() {
    return List.of(certificate, root);
  }

  /**
   * Checks that what the CA signs will be accepted by those who trust the root (RFC 5280 §6.1).
   *
   * @throws PkiException if not
   */
  void check(Instant now) throws PkiException {
    refuseUnless(
        root.getIssuerX500Principal().equals(root.getSubjectX500Principal()) && signed(root, root),
        "the root is not self-signed; give the root's own certificate");
    refuseUnless(
        certificate.getIssuerX500Principal().equals(root.getSubjectX500Principal())
            && signed(certificate, root),
        "the certificate is not signed by that root");
    for (X509Certificate ca : chain()) {
      String name = ca == root ? "the root" : "the certificate";
      boolean[] uses = ca.getKeyUsage();
      refuseUnless(ca.getBasicConstraints() >= 0, name + " is no CA's");
      refuseUnless(uses != null && uses[KEY_CERT_SIGN], name + " lacks the key usage keyCertSign");
      refuseUnless(IssuerChoice.inForce(ca, now), name + " is not valid now");
      refuseUnless(
          hasCommonName(ca),
          name
              + "'s subject has no CN, or none of 1 to "
              + MOST_CN_CHARACTERS
              + " printable characters; the inventory lists CAs by it, so have one with such a CN"
              + " signed");
      refuseUnless(hasIdentifier(ca), name + " has no subject key identifier, or a long one");
      refuseUnless(
          ca.getCriticalExtensionOIDs().stream().allMatch(CRITICAL::contains),
          name + " has critical extensions that are not understood");
    }
    boolean[] uses = certificate.getKeyUsage();
    refuseUnless(uses[CRL_SIGN], "the certificate lacks the key usage cRLSign");
    refuseUnless(root.getBasicConstraints() >= 1, "the root's path length allows no issuing CA");
    refuseUnless(
        !certificate.getNotAfter().after(root.getNotAfter()),
        "the certificate ends after the root");
    refuseUnless(
        !certificate.getSubjectX500Principal().equals(root.getSubjectX500Principal()),
        "the certificate has the root's name");
    refuseUnless(
        CertificateProfile.ISSUING_CA.takes(certificate.getPublicKey()),
        "the key is of no kind that the profile of issuing CAs takes");
  }

  private static final List<String> CRITICAL = List.of("2.5.29.15", "2.5.29.19");

  /** Any letters will do: only who is certified here is bound to ours. */
  private static boolean hasCommonName(X509Certificate ca) {
    try {
      return new LdapName(ca.getSubjectX500Principal().getName())
          .getRdns().stream()
              .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
              .findFirst()
              .filter(rdn -> rdn.getValue() instanceof String text && printable(text))
              .isPresent();
    } catch (InvalidNameException e) {
      return false;
    }
  }

  private static boolean printable(String text) {
    return !text.isBlank()
        && text.length() <= MOST_CN_CHARACTERS
        && text.codePoints().noneMatch(Character::isISOControl);
  }

  private static boolean hasIdentifier(X509Certificate ca) {
    try {
      return SubjectKeyIdentifiers.of(ca).length() <= MOST_SKI_DIGITS;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean signed(X509Certificate certificate, X509Certificate by) {
    try {
      certificate.verify(by.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static void refuseUnless(boolean good, String otherwise) throws PkiException {
    if (!good) {
      throw new PkiException(otherwise);
    }
  }
}
