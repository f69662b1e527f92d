package org.heliogate.hsm.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Clock;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.heliogate.hsm.TestKeys;
import org.heliogate.hsm.ca.InvalidCertificationRequestException.Reason;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CertificationRequestTest {

  private static final String USERNAME = "hg-abcdefghijklmnopqrstuvwxyz";
  private static KeyPair key;

  @BeforeAll
  static void makeKey() throws Exception {
    key = TestKeys.newEcKey("secp256r1");
  }

  @Test
  void parseWhenSubjectIsUtf8OrPrintableThenAccepts() throws Exception {
    for (X500Name subject :
        new X500Name[] {
          new X500NameBuilder().addRDN(BCStyle.CN, new DERUTF8String(USERNAME)).build(),
          new X500NameBuilder().addRDN(BCStyle.CN, new DERPrintableString(USERNAME)).build()
        }) {
      CertificationRequest request =
          CertificationRequest.parse(request(subject, key, "SHA256withECDSA"), USERNAME);

      assertThat(request.username()).isEqualTo(USERNAME);
      assertThat(request.keyType()).isEqualTo(KeyType.EC_P256);
      assertThat(request.publicKeySha256()).matches("[0-9a-f]{64}");
    }
  }

  @Test
  void parseWhenKeyIsP384ThenAccepts() throws Exception {
    KeyPair p384 = TestKeys.newEcKey("secp384r1");

    assertThat(
            CertificationRequest.parse(request(cn(USERNAME), p384, "SHA384withECDSA"), USERNAME)
                .keyType())
        .isEqualTo(KeyType.EC_P384);
  }

  @Test
  void parseWhenKeyIsRsa2048ThenAcceptsPkcs1AndPss() throws Exception {
    KeyPair rsa = rsa(2048, RSAKeyGenParameterSpec.F4);
    for (String algorithm : new String[] {"SHA256withRSA", "SHA256withRSAandMGF1"}) {
      byte[] der =
          new JcaPKCS10CertificationRequestBuilder(cn(USERNAME), rsa.getPublic())
              .build(
                  new JcaContentSignerBuilder(algorithm)
                      .setProvider(new org.bouncycastle.jce.provider.BouncyCastleProvider())
                      .build(rsa.getPrivate()))
              .getEncoded();

      assertThat(CertificationRequest.parse(der, USERNAME).keyType()).isEqualTo(KeyType.RSA);
    }
  }

  @Test
  void parseWhenSubjectIsAnotherThenRefuses() throws Exception {
    X500Name[] others = {
      cn("hg-zzzzzzzzzzzzzzzzzzzzzzzzzz"),
      cn(USERNAME + " "),
      cn(USERNAME.toUpperCase(java.util.Locale.ROOT)),
      cn(USERNAME + "\0.evil"),
      new X500Name(new org.bouncycastle.asn1.x500.RDN[0]),
      new X500NameBuilder().addRDN(BCStyle.O, USERNAME).build(),
      new X500NameBuilder().addRDN(BCStyle.CN, USERNAME).addRDN(BCStyle.O, "x").build(),
      new X500NameBuilder().addRDN(BCStyle.CN, USERNAME).addRDN(BCStyle.CN, USERNAME).build(),
      new X500NameBuilder().addRDN(BCStyle.CN, new DERBMPString(USERNAME)).build(),
      new X500NameBuilder()
          .addMultiValuedRDN(
              new org.bouncycastle.asn1.ASN1ObjectIdentifier[] {BCStyle.CN, BCStyle.O},
              new String[] {USERNAME, "x"})
          .build()
    };
    for (X500Name subject : others) {
      assertRefused(request(subject, key, "SHA256withECDSA"), Reason.SUBJECT);
    }
  }

  @Test
  void parseWhenKeyIsOnAnotherCurveThenRefuses() throws Exception {
    assertRefused(
        request(cn(USERNAME), TestKeys.newEcKey("secp521r1"), "SHA512withECDSA"), Reason.KEY_TYPE);
  }

  @Test
  void parseWhenKeyIsEd25519ThenRefuses() throws Exception {
    KeyPair ed = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();

    assertRefused(request(cn(USERNAME), ed, "Ed25519"), Reason.KEY_TYPE);
  }

  @Test
  void parseWhenRsaIsTooShortOrLongThenRefuses() throws Exception {
    assertRefused(
        request(cn(USERNAME), rsa(1024, RSAKeyGenParameterSpec.F4), "SHA256withRSA"),
        Reason.KEY_SIZE);
  }

  @Test
  void parseWhenRsaExponentIsThreeThenRefuses() throws Exception {
    assertRefused(
        request(cn(USERNAME), rsa(2048, RSAKeyGenParameterSpec.F0), "SHA256withRSA"),
        Reason.KEY_EXPONENT);
  }

  @Test
  void parseWhenPointIsNotOnCurveThenRefuses() throws Exception {
    byte[] der = request(cn(USERNAME), key, "SHA256withECDSA");
    byte[] spki = key.getPublic().getEncoded();
    int at = indexOf(der, Arrays.copyOfRange(spki, 27, spki.length));
    der[at + 40] ^= 1;

    assertRefused(der, Reason.KEY_INVALID);
  }

  @Test
  void parseWhenSignedWithSha1ThenRefuses() throws Exception {
    assertRefused(request(cn(USERNAME), key, "SHA1withECDSA"), Reason.SIGNATURE_ALGORITHM);
  }

  @Test
  void parseWhenSignedByAnotherKeyThenRefuses() throws Exception {
    byte[] der =
        new JcaPKCS10CertificationRequestBuilder(cn(USERNAME), key.getPublic())
            .build(
                new JcaContentSignerBuilder("SHA256withECDSA")
                    .build(TestKeys.newEcKey("secp256r1").getPrivate()))
            .getEncoded();

    assertRefused(der, Reason.PROOF_OF_POSSESSION);
  }

  @Test
  void parseWhenCaIsAskedForThenRefuses() throws Exception {
    assertRefused(
        request(new BasicConstraints(true), Extension.basicConstraints), Reason.CA_REQUESTED);
  }

  @Test
  void parseWhenOtherExtensionsAreAskedForThenDropsThem() throws Exception {
    byte[] der =
        request(
            new GeneralNames(new GeneralName(GeneralName.dNSName, "evil.example")),
            Extension.subjectAlternativeName);

    assertThat(CertificationRequest.parse(der, USERNAME).username()).isEqualTo(USERNAME);
  }

  @Test
  void parseWhenSomethingFollowsThenRefuses() throws Exception {
    byte[] der = request(cn(USERNAME), key, "SHA256withECDSA");

    assertRefused(Arrays.copyOf(der, der.length + 1), Reason.MALFORMED);
  }

  @Test
  void parseWhenTooLargeThenRefuses() {
    assertRefused(new byte[CertificationRequest.MAX_BYTES + 1], Reason.TOO_LARGE);
  }

  @Test
  void parseWhenNestedDeeplyThenRefusesBeforeTheStackIsUsedUp() throws Exception {
    byte[] indefinite = new byte[CertificationRequest.MAX_BYTES];
    for (int i = 0; i < indefinite.length; i += 2) {
      indefinite[i] = 0x30;
      indefinite[i + 1] = (byte) 0x80;
    }
    assertRefused(indefinite, Reason.MALFORMED);
    byte[] inExtension =
        request(
            new DEROctetString(Arrays.copyOf(indefinite, 8_000)), Extension.subjectAlternativeName);
    assertRefused(inExtension, Reason.MALFORMED);
  }

  @Test
  void parseWhenAnExtensionIsRepeatedThenRefuses() throws Exception {
    Extension name =
        new Extension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(new GeneralName(GeneralName.dNSName, "a.example")).getEncoded());
    assertRefused(attributes(new DERSequence(new ASN1Encodable[] {name, name})), Reason.MALFORMED);
    DERSequence one = new DERSequence(name);
    assertRefused(attributes(one, one), Reason.MALFORMED);
  }

  @Test
  void keepsNamesOfWhenTheyAreTheSameOrNoneThenTrue() throws Exception {
    X509Certificate certificate = certificate();
    CertificationRequest without =
        CertificationRequest.parse(request(cn(USERNAME), key, "SHA256withECDSA"), USERNAME);
    assertThat(without.keepsNamesOf(certificate)).isTrue();
    GeneralName[] names = names(certificate);
    assertThat(names).hasSize(2);
    assertThat(asking(names[0], names[1]).keepsNamesOf(certificate)).isTrue();
    assertThat(asking(names[1], names[0]).keepsNamesOf(certificate)).isTrue();
  }

  @Test
  void keepsNamesOfWhenOneIsMissingOrMoreOrAnotherThenFalse() throws Exception {
    X509Certificate certificate = certificate();
    GeneralName[] names = names(certificate);
    GeneralName foreign = new GeneralName(GeneralName.uniformResourceIdentifier, "urn:other");
    assertThat(asking(names[0]).keepsNamesOf(certificate)).isFalse();
    assertThat(asking(names[0], names[1], foreign).keepsNamesOf(certificate)).isFalse();
    assertThat(asking(names[0], foreign).keepsNamesOf(certificate)).isFalse();
    assertThat(asking().keepsNamesOf(certificate)).isFalse();
  }

  @Test
  void keepsNamesOfWhenAnotherSubjectIsAskedForThenFalse() throws Exception {
    byte[] der =
        signed(
            new JcaPKCS10CertificationRequestBuilder(cn(USERNAME), key.getPublic())
                .addAttribute(
                    new ASN1ObjectIdentifier("1.3.6.1.5.5.7.7.36"),
                    new DERSequence(cn("hg-zzzzzzzzzzzzzzzzzzzzzzzzzz"))));
    assertThat(CertificationRequest.parse(der, USERNAME).keepsNamesOf(certificate())).isFalse();
  }

  private static CertificationRequest asking(GeneralName... names) throws Exception {
    return CertificationRequest.parse(
        request(new GeneralNames(names), Extension.subjectAlternativeName), USERNAME);
  }

  /** A client's certificate, which has two alternative names. */
  private static X509Certificate certificate() throws Exception {
    Clock clock = Clock.systemUTC();
    PkiLocations locations = new PkiLocations(URI.create("http://localhost:8080/pki"), false);
    KeyPair authority = TestKeys.newEcKey("secp256r1");
    TbsSigner signer =
        tbs -> {
          try {
            Signature signature = Signature.getInstance(TbsSigner.ALGORITHM);
            signature.initSign(authority.getPrivate());
            signature.update(tbs);
            return signature.sign();
          } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
          }
        };
    X509Certificate root =
        CertificateIssuer.selfSigned(
            CertificateHolder.authority("Root", "Grid"),
            authority.getPublic(),
            signer,
            locations,
            clock);
    CertificateIssuer issuer = new CertificateIssuer(root, signer, locations, clock);
    return issuer.sign(
        issuer.prepare(
            CertificateProfile.DEVICE_CLIENT,
            CertificateHolder.device(USERNAME, null, "SE-1"),
            key.getPublic()));
  }

  private static GeneralName[] names(X509Certificate certificate) throws Exception {
    return GeneralNames.fromExtensions(
            new JcaX509CertificateHolder(certificate).getExtensions(),
            Extension.subjectAlternativeName)
        .getNames();
  }

  private static byte[] attributes(DERSequence... extensions) throws Exception {
    JcaPKCS10CertificationRequestBuilder builder =
        new JcaPKCS10CertificationRequestBuilder(cn(USERNAME), key.getPublic());
    for (DERSequence one : extensions) {
      builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, one);
    }
    return signed(builder);
  }

  private static byte[] signed(PKCS10CertificationRequestBuilder builder) throws Exception {
    return builder
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()))
        .getEncoded();
  }

  private static void assertRefused(byte[] der, Reason reason) {
    assertThatThrownBy(() -> CertificationRequest.parse(der, USERNAME))
        .isInstanceOfSatisfying(
            InvalidCertificationRequestException.class,
            e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static X500Name cn(String name) {
    return new X500NameBuilder().addRDN(BCStyle.CN, new DERUTF8String(name)).build();
  }

  private static byte[] request(X500Name subject, KeyPair pair, String algorithm) throws Exception {
    return new JcaPKCS10CertificationRequestBuilder(subject, pair.getPublic())
        .build(new JcaContentSignerBuilder(algorithm).build(pair.getPrivate()))
        .getEncoded();
  }

  private static byte[] request(
      org.bouncycastle.asn1.ASN1Encodable value,
      org.bouncycastle.asn1.ASN1ObjectIdentifier extension)
      throws Exception {
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    extensions.addExtension(extension, true, value);
    PKCS10CertificationRequestBuilder builder =
        new JcaPKCS10CertificationRequestBuilder(cn(USERNAME), key.getPublic())
            .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
    return builder
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()))
        .getEncoded();
  }

  private static KeyPair rsa(int bits, java.math.BigInteger exponent) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(new RSAKeyGenParameterSpec(bits, exponent));
    return generator.generateKeyPair();
  }

  private static int indexOf(byte[] text, byte[] part) {
    for (int i = 0; i <= text.length - part.length; i++) {
      if (Arrays.equals(text, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("not found");
  }
}
