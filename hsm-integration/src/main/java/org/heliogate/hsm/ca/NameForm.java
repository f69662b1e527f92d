package org.heliogate.hsm.ca;

/** A form of subject alternative name that profiles know (RFC 5280 §4.2.1.6). */
public enum NameForm {
  /** A DNS name. */
  DNS_NAME("dNSName"),
  /** An IP address. */
  IP_ADDRESS("iPAddress"),
  /** A URI. */
  URI("uniformResourceIdentifier"),
  /** The other name id-on-xmppAddr (RFC 6120 §13.7.1.4). */
  XMPP_ADDRESS("xmppAddr");

  private final String standardName;

  NameForm(String standardName) {
    this.standardName = standardName;
  }

  /** The standard's own name, as profiles write it. */
  String standardName() {
    return standardName;
  }
}
