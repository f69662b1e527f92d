package org.heliogate.hsm.ca;

import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.X500Name;
import org.jspecify.annotations.Nullable;

/**
 * Who a certificate is about: the subject and the subject alternative names.
 *
 * @param commonName CN of the subject
 * @param organization O of the subject; null for clients, which have none
 * @param unit OU of the subject; null for clients and authorities
 * @param xmppAddress id-on-xmppAddr (RFC 6120 §13.7.1.4); null for authorities only
 * @param uri URI of the device or client; null for all others
 * @param dnsNames DNS names of a server
 * @param ipAddresses IP address literals of a server
 */
public record CertificateHolder(
    String commonName,
    @Nullable String organization,
    @Nullable String unit,
    @Nullable String xmppAddress,
    @Nullable String uri,
    List<String> dnsNames,
    List<String> ipAddresses) {

  /** XMPP domain that cannot exist (RFC 2606), for who has no XMPP grant. */
  public static final String NO_XMPP_DOMAIN = "none.invalid";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._:-]{0,63}");
  private static final Pattern URN_PART = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");
  private static final Pattern DNS_NAME =
      Pattern.compile(
          "(?=.{1,253}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)"
              + "(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");

  /** Checks the alphabets and takes unmodifiable copies of the lists. */
  public CertificateHolder {
    check(NAME, "CN", commonName);
    if (organization != null) {
      check(NAME, "O", organization);
    }
    if (unit != null) {
      check(NAME, "OU", unit);
    }
    dnsNames = List.copyOf(dnsNames);
    ipAddresses = List.copyOf(ipAddresses);
    dnsNames.forEach(name -> check(DNS_NAME, "DNS name", name));
  }

  /**
   * A certificate authority.
   *
   * @param commonName CN
   * @param organization O
   */
  public static CertificateHolder authority(String commonName, String organization) {
    return new CertificateHolder(
        commonName, Objects.requireNonNull(organization), null, null, null, List.of(), List.of());
  }

  /**
   * A server.
   *
   * @param host its name, which becomes the CN
   * @param organization O
   * @param unit OU, which says what kind of server it is
   * @param dnsNames DNS names; together with the addresses at least one
   * @param ipAddresses IP address literals
   */
  public static CertificateHolder server(
      String host,
      String organization,
      String unit,
      List<String> dnsNames,
      List<String> ipAddresses) {
    if (dnsNames.isEmpty() && ipAddresses.isEmpty()) {
      throw new IllegalArgumentException("a server has a DNS name or an IP address");
    }
    return new CertificateHolder(
        host,
        Objects.requireNonNull(organization),
        Objects.requireNonNull(unit),
        xmpp(host, null),
        null,
        dnsNames,
        ipAddresses);
  }

  /**
   * An OCSP responder.
   *
   * @param name its name, which becomes the CN
   * @param organization O, the CA's where it can be ({@link #organizationOf})
   */
  public static CertificateHolder responder(String name, String organization) {
    check(URN_PART, "responder", name);
    return new CertificateHolder(
        name,
        Objects.requireNonNull(organization),
        "OCSP",
        xmpp(name, null),
        null,
        List.of(),
        List.of());
  }

  /**
   * A device's client.
   *
   * @param username the assigned name, which becomes the CN
   * @param xmppDomain domain of its XMPP account, or null without an XMPP grant
   * @param deviceId the master ID
   */
  public static CertificateHolder device(
      String username, @Nullable String xmppDomain, String deviceId) {
    check(URN_PART, "device ID", deviceId);
    return client(username, xmppDomain, "urn:heliogate:device:", deviceId);
  }

  /**
   * A client that is no device's: an application or a proxy.
   *
   * @param username the assigned name, which becomes the CN
   * @param xmppDomain domain of its XMPP account, or null without an XMPP grant
   * @param clientId its client_id
   */
  public static CertificateHolder application(
      String username, @Nullable String xmppDomain, String clientId) {
    check(URN_PART, "client ID", clientId);
    return client(username, xmppDomain, "urn:heliogate:client:", clientId);
  }

  private static CertificateHolder client(
      String username, @Nullable String xmppDomain, String urn, String id) {
    return new CertificateHolder(
        username, null, null, xmpp(username, xmppDomain), urn + id, List.of(), List.of());
  }

  /**
   * O of a CA's subject, for those that the CA certifies.
   *
   * @return empty if it has none, or one that no holder can have, as a root elsewhere may name a CA
   *     in letters of its own
   */
  public static Optional<String> organizationOf(X509Certificate authority) {
    return Arrays.stream(
            X500Name.getInstance(authority.getSubjectX500Principal().getEncoded())
                .getRDNs(SubjectAttribute.O.type()))
        .flatMap(name -> Arrays.stream(name.getTypesAndValues()))
        .filter(attribute -> attribute.getType().equals(SubjectAttribute.O.type()))
        .map(AttributeTypeAndValue::getValue)
        .filter(ASN1String.class::isInstance)
        .map(value -> ((ASN1String) value).getString())
        .filter(value -> NAME.matcher(value).matches())
        .findFirst();
  }

  /** Whether a text is a DNS name as servers have it: letters, digits and hyphens in labels. */
  static boolean isDnsName(String text) {
    return DNS_NAME.matcher(text).matches();
  }

  private static String xmpp(String name, @Nullable String domain) {
    if (domain != null) {
      check(DNS_NAME, "XMPP domain", domain);
    }
    return name + "@" + (domain == null ? NO_XMPP_DOMAIN : domain);
  }

  private static void check(Pattern pattern, String what, String value) {
    if (!pattern.matcher(value).matches()) {
      throw new IllegalArgumentException(what + " has characters or a length that are not allowed");
    }
  }
}
