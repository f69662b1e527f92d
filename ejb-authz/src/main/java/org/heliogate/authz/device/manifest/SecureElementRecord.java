package org.heliogate.authz.device.manifest;

import java.security.PublicKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One secure element as its maker describes it, checked. It holds secrets in clear: seal them and
 * let go of it. Immutable; equality is identity, compare {@link #contentHash()}.
 */
public final class SecureElementRecord {

  private final String masterId;
  private final MasterKey masterKey;
  private final Secrets secrets;
  private final List<String> workflows;
  private final Map<String, String> attributes;
  private final byte[] contentHash;

  SecureElementRecord(
      String masterId,
      MasterKey masterKey,
      Secrets secrets,
      List<String> workflows,
      Map<String, String> attributes,
      byte[] contentHash) {
    this.masterId = masterId;
    this.masterKey = masterKey;
    this.secrets = secrets;
    this.workflows = List.copyOf(workflows);
    this.attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    this.contentHash = contentHash.clone();
  }

  /** The master ID, a {@link org.heliogate.authz.resource.NameSyntax#IDENTIFIER}. */
  public String masterId() {
    return masterId;
  }

  /** The master public key, proven to be a valid key of {@link #keyType()}. */
  public PublicKey publicKey() {
    return masterKey.key();
  }

  /**
   * The master public key as DER of SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), the same bytes for
   * the same key however the manifest wrote it. A fresh copy.
   */
  public byte[] publicKeySpki() {
    return masterKey.spki().clone();
  }

  /** The kind of the master key. */
  public MasterKeyType keyType() {
    return masterKey.type();
  }

  /** The PIN, 4 to 16 visible ASCII characters; empty if the manifest gives none. A secret. */
  public Optional<String> pin() {
    return Optional.ofNullable(secrets.pin());
  }

  /** The OTP secret, 16 to 64 bytes, a fresh copy; empty if the manifest gives none. A secret. */
  public Optional<byte[]> otpSecret() {
    return Optional.ofNullable(secrets.otpSecret()).map(byte[]::clone);
  }

  /** The names of the device's workflows in the order in which their scripts run; no name twice. */
  public List<String> workflows() {
    return workflows;
  }

  /**
   * The device's attributes by name in the manifest's order. Names are identifiers; values have at
   * most 256 characters, none of them a control character, and are checked against the stricter
   * alphabet of substituted values only where a template uses them.
   */
  public Map<String, String> attributes() {
    return attributes;
  }

  /**
   * The reader's keyed hash over all of the above, a fresh copy: equal exactly if the same secure
   * element is described by the same content, whatever the format, the order of members and of
   * attributes, and the encoding of the key.
   */
  public byte[] contentHash() {
    return contentHash.clone();
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "SecureElementRecord[" + masterId + ", " + masterKey.type() + ", " + workflows + "]";
  }
}
