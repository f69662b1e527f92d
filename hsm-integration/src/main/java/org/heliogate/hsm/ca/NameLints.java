package org.heliogate.hsm.ca;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1PrintableString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.heliogate.hsm.ca.CertificateProfile.Purpose;

/** Lints of the subject and its alternative names. */
final class NameLints {

  /** The object identifier id-on-xmppAddr. */
  static final ASN1ObjectIdentifier XMPP_ADDRESS = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.8.5");

  /** The upper bound of CN, O and OU (RFC 5280 appendix A.1). */
  private static final int MOST_CHARACTERS = 64;

  private static final int IPV4_OCTETS = 4;
  private static final int IPV6_OCTETS = 16;

  private NameLints() {}

  static boolean subject(LintedCertificate certificate) {
    Set<ASN1ObjectIdentifier> expected = new HashSet<>();
    certificate.profile().subject().forEach(attribute -> expected.add(attribute.type()));
    for (RDN name : certificate.subject().getRDNs()) {
      if (name.isMultiValued()
          || !expected.remove(name.getFirst().getType())
          || !readable(name.getFirst().getValue().toASN1Primitive())) {
        return false;
      }
    }
    boolean ownIssuer = certificate.subject().equals(certificate.issuer().name());
    return expected.isEmpty() && ownIssuer == certificate.issuer().selfSigns();
  }

  private static boolean readable(ASN1Primitive value) {
    if (!(value instanceof ASN1UTF8String) && !(value instanceof ASN1PrintableString)) {
      return false;
    }
    String text = ((ASN1String) value).getString();
    return !text.isBlank()
        && text.codePointCount(0, text.length()) <= MOST_CHARACTERS
        && text.codePoints()
            .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
  }

  static boolean alternativeNames(LintedCertificate certificate) throws IOException {
    Optional<LintedCertificate.Entry> extension =
        certificate.extension(Extension.subjectAlternativeName);
    if (extension.isEmpty()) {
      return true;
    }
    CertificateProfile profile = certificate.profile();
    Set<NameForm> present = EnumSet.noneOf(NameForm.class);
    for (GeneralName name : names(extension.get())) {
      Optional<NameForm> form = form(name);
      if (form.isEmpty()) {
        return false;
      }
      present.add(form.get());
    }
    boolean complete = present.containsAll(profile.requiredNames());
    boolean oneOf = profile.oneOfNames().isEmpty();
    for (NameForm form : profile.oneOfNames()) {
      oneOf |= present.contains(form);
    }
    present.removeAll(profile.requiredNames());
    present.removeAll(profile.oneOfNames());
    return complete && oneOf && present.isEmpty();
  }

  /** The form of a name that is well-formed; empty for others. */
  private static Optional<NameForm> form(GeneralName name) {
    return switch (name.getTagNo()) {
      case GeneralName.dNSName ->
          CertificateHolder.isDnsName(name.getName().toString())
              ? Optional.of(NameForm.DNS_NAME)
              : Optional.empty();
      case GeneralName.iPAddress -> {
        int octets = ASN1OctetString.getInstance(name.getName()).getOctetsLength();
        yield octets == IPV4_OCTETS || octets == IPV6_OCTETS
            ? Optional.of(NameForm.IP_ADDRESS)
            : Optional.empty();
      }
      case GeneralName.uniformResourceIdentifier ->
          isUri(name.getName().toString()) ? Optional.of(NameForm.URI) : Optional.empty();
      case GeneralName.otherName ->
          xmppAddress(name).filter(address -> address.matches("[^@/]+@[^@/]+")).isPresent()
              ? Optional.of(NameForm.XMPP_ADDRESS)
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static boolean isUri(String text) {
    try {
      return text.chars().allMatch(c -> c > ' ' && c < 0x7f) && new URI(text).isAbsolute();
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static Optional<String> xmppAddress(GeneralName name) {
    ASN1Sequence other = ASN1Sequence.getInstance(name.getName());
    if (!XMPP_ADDRESS.equals(other.getObjectAt(0))) {
      return Optional.empty();
    }
    return Optional.of(
        ASN1UTF8String.getInstance(ASN1TaggedObject.getInstance(other.getObjectAt(1)), true)
            .getString());
  }

  static boolean commonName(LintedCertificate certificate) throws IOException {
    Purpose purpose = certificate.profile().purpose();
    Optional<LintedCertificate.Entry> extension =
        certificate.extension(Extension.subjectAlternativeName);
    if (purpose == Purpose.AUTHORITY || extension.isEmpty()) {
      return true;
    }
    RDN[] commonNames = certificate.subject().getRDNs(BCStyle.CN);
    String commonName = ((ASN1String) commonNames[0].getFirst().getValue()).getString();
    List<String> named = new ArrayList<>();
    for (GeneralName name : names(extension.get())) {
      if (purpose == Purpose.SERVER && name.getTagNo() == GeneralName.dNSName) {
        named.add(name.getName().toString());
      } else if (purpose == Purpose.SERVER && name.getTagNo() == GeneralName.iPAddress) {
        named.add(
            InetAddress.getByAddress(ASN1OctetString.getInstance(name.getName()).getOctets())
                .getHostAddress());
      } else if (purpose != Purpose.SERVER && name.getTagNo() == GeneralName.otherName) {
        xmppAddress(name)
            .map(address -> address.substring(0, address.indexOf('@')))
            .ifPresent(named::add);
      }
    }
    return commonNames.length == 1 && named.contains(commonName);
  }

  private static GeneralName[] names(LintedCertificate.Entry extension) throws IOException {
    return GeneralNames.getInstance(extension.parsed()).getNames();
  }
}
