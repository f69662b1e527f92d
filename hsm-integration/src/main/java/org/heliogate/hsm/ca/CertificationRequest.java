package org.heliogate.hsm.ca;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.RuntimeOperatorException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.heliogate.hsm.ca.InvalidCertificationRequestException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * A PKCS#10 certification request (RFC 2986) that was found good: its sender holds the private key,
 * the key is strong enough and the subject is the assigned one. The extensions that it asks for are
 * dropped; what the certificate says comes from the profile and the holder.
 */
public final class CertificationRequest {

  /** The longest request that is read, in bytes. */
  public static final int MAX_BYTES = 16 * 1024;

  private static final Provider PROVIDER = new BouncyCastleProvider();

  /** id-cmc-changeSubjectName (RFC 6402 §2.8). */
  private static final ASN1ObjectIdentifier CHANGE_SUBJECT_NAME =
      new ASN1ObjectIdentifier("1.3.6.1.5.5.7.7.36");

  private static final Set<ASN1ObjectIdentifier> SIGNATURES =
      Set.of(
          X9ObjectIdentifiers.ecdsa_with_SHA256,
          X9ObjectIdentifiers.ecdsa_with_SHA384,
          X9ObjectIdentifiers.ecdsa_with_SHA512,
          PKCSObjectIdentifiers.sha256WithRSAEncryption,
          PKCSObjectIdentifiers.sha384WithRSAEncryption,
          PKCSObjectIdentifiers.sha512WithRSAEncryption);

  private static final Set<ASN1ObjectIdentifier> PSS_DIGESTS =
      Set.of(
          NISTObjectIdentifiers.id_sha256,
          NISTObjectIdentifiers.id_sha384,
          NISTObjectIdentifiers.id_sha512);

  private final String username;
  private final SubjectPublicKeyInfo publicKey;
  private final KeyType keyType;
  private final String publicKeySha256;
  private final @Nullable Set<String> alternativeNames;
  private final boolean renaming;

  private CertificationRequest(
      String username,
      SubjectPublicKeyInfo publicKey,
      KeyType keyType,
      @Nullable Set<String> alternativeNames,
      boolean renaming) {
    this.username = username;
    this.publicKey = publicKey;
    this.keyType = keyType;
    this.publicKeySha256 = sha256(publicKey);
    this.alternativeNames = alternativeNames;
    this.renaming = renaming;
  }

  /**
   * Reads and checks a request. The cheap checks come first, the signature last.
   *
   * @param der the request in DER, at most {@link #MAX_BYTES}; nothing may follow it
   * @param username the name that was assigned to the requester; the subject must be exactly {@code
   *     CN=<username>}, one attribute, PrintableString or UTF8String
   * @throws InvalidCertificationRequestException if anything is wrong
   */
  public static CertificationRequest parse(byte[] der, String username)
      throws InvalidCertificationRequestException {
    if (der.length > MAX_BYTES) {
      throw new InvalidCertificationRequestException(
          Reason.TOO_LARGE, "the request is longer than 16 KiB");
    }
    if (AsnNesting.isTooDeep(der)) {
      throw malformed(null);
    }
    PKCS10CertificationRequest request;
    try {
      request = new PKCS10CertificationRequest(der);
      if (request.getSubject() == null || request.getSubjectPublicKeyInfo() == null) {
        throw malformed(null);
      }
      checkSubject(request.getSubject(), username);
      KeyType keyType = KeyType.of(request.getSubjectPublicKeyInfo());
      checkAlgorithm(request.getSignatureAlgorithm());
      Set<String> names = checkExtensions(request);
      checkPossession(request);
      return new CertificationRequest(
          username,
          request.getSubjectPublicKeyInfo(),
          keyType,
          names,
          request.getAttributes(CHANGE_SUBJECT_NAME).length > 0);
    } catch (IOException | RuntimeException e) {
      // The parser reports what it cannot read by runtime exceptions of many kinds.
      throw malformed(e);
    }
  }

  /** The assigned name, which is the subject's CN. */
  public String username() {
    return username;
  }

  /** The kind of key. */
  public KeyType keyType() {
    return keyType;
  }

  /**
   * Whether it asks for the names that a certificate has, and no others, as a request to renew that
   * certificate must (RFC 7030 §4.2.2): the same subject alternative names in whatever order, or
   * none at all, and no change of the subject (RFC 6402 §2.8).
   *
   * @param certificate the certificate that is to be renewed
   */
  public boolean keepsNamesOf(X509Certificate certificate) {
    if (renaming) {
      return false;
    }
    if (alternativeNames == null) {
      return true;
    }
    byte[] extension = certificate.getExtensionValue(Extension.subjectAlternativeName.getId());
    return extension != null
        && alternativeNames.equals(
            names(GeneralNames.getInstance(ASN1OctetString.getInstance(extension).getOctets())));
  }

  /** SHA-256 over the DER SubjectPublicKeyInfo, lower-case hex. */
  public String publicKeySha256() {
    return publicKeySha256;
  }

  SubjectPublicKeyInfo publicKey() {
    return publicKey;
  }

  private static void checkSubject(X500Name subject, String username)
      throws InvalidCertificationRequestException {
    RDN[] names = subject.getRDNs();
    if (names.length != 1 || names[0].isMultiValued()) {
      throw subject(username);
    }
    ASN1Encodable value = names[0].getFirst().getValue();
    boolean string = value instanceof DERPrintableString || value instanceof DERUTF8String;
    if (!names[0].getFirst().getType().equals(BCStyle.CN)
        || !string
        || !((ASN1String) value).getString().equals(username)) {
      throw subject(username);
    }
  }

  private static InvalidCertificationRequestException subject(String username) {
    return new InvalidCertificationRequestException(
        Reason.SUBJECT,
        "the subject must be exactly CN=" + username + ", as PrintableString or UTF8String");
  }

  private static void checkAlgorithm(AlgorithmIdentifier algorithm)
      throws InvalidCertificationRequestException {
    ASN1ObjectIdentifier oid = algorithm.getAlgorithm();
    boolean good =
        oid.equals(PKCSObjectIdentifiers.id_RSASSA_PSS)
            ? PSS_DIGESTS.contains(
                RSASSAPSSparams.getInstance(algorithm.getParameters())
                    .getHashAlgorithm()
                    .getAlgorithm())
            : SIGNATURES.contains(oid);
    if (!good) {
      throw new InvalidCertificationRequestException(
          Reason.SIGNATURE_ALGORITHM,
          "the request is signed by " + oid.getId() + "; use ECDSA or RSA with SHA-256 or better");
    }
  }

  /**
   * Refuses a request for a CA's certificate.
   *
   * @return the subject alternative names that it asks for; null if it does not
   */
  private static @Nullable Set<String> checkExtensions(PKCS10CertificationRequest request)
      throws InvalidCertificationRequestException {
    Set<String> names = null;
    for (Attribute attribute :
        request.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest)) {
      for (ASN1Encodable value : attribute.getAttrValues()) {
        Extensions extensions = Extensions.getInstance(value);
        Extension constraints = extensions.getExtension(Extension.basicConstraints);
        if (constraints != null
            && BasicConstraints.getInstance(constraints.getParsedValue()).isCA()) {
          throw new InvalidCertificationRequestException(
              Reason.CA_REQUESTED, "a CA certificate is not given");
        }
        Extension alternative = extensions.getExtension(Extension.subjectAlternativeName);
        if (alternative != null) {
          if (names != null) {
            throw malformed(null);
          }
          names = names(GeneralNames.getInstance(alternative.getParsedValue()));
        }
      }
    }
    return names;
  }

  /** Each name's DER in hex. */
  private static Set<String> names(GeneralNames names) {
    Set<String> all = new TreeSet<>();
    for (GeneralName name : names.getNames()) {
      try {
        all.add(HexFormat.of().formatHex(name.getEncoded(ASN1Encoding.DER)));
      } catch (IOException e) {
        throw new IllegalArgumentException("a name that was read cannot be encoded", e);
      }
    }
    return all;
  }

  private static void checkPossession(PKCS10CertificationRequest request)
      throws InvalidCertificationRequestException {
    boolean valid;
    try {
      valid =
          request.isSignatureValid(
              new JcaContentVerifierProviderBuilder()
                  .setProvider(PROVIDER)
                  .build(request.getSubjectPublicKeyInfo()));
    } catch (OperatorCreationException | PKCSException | RuntimeOperatorException e) {
      throw new InvalidCertificationRequestException(
          Reason.PROOF_OF_POSSESSION, "the request's signature cannot be verified", e);
    }
    if (!valid) {
      throw new InvalidCertificationRequestException(
          Reason.PROOF_OF_POSSESSION, "the request's signature is not by the key in it");
    }
  }

  private static String sha256(SubjectPublicKeyInfo key) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getEncoded("DER")));
    } catch (NoSuchAlgorithmException | IOException e) {
      throw new IllegalStateException("a public key that was read cannot be hashed", e);
    }
  }

  private static InvalidCertificationRequestException malformed(@Nullable Throwable cause) {
    return new InvalidCertificationRequestException(
        Reason.MALFORMED, "this is not one PKCS#10 certification request in DER", cause);
  }
}
