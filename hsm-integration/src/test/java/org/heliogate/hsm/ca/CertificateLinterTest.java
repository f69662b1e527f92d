package org.heliogate.hsm.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Boolean;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.heliogate.hsm.TestKeys;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** One wrong certificate or more for each lint, each wrong in this one respect. */
class CertificateLinterTest {

  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final PkiLocations LOCATIONS =
      new PkiLocations(URI.create("http://pki.example/pki"), true);
  private static final CertificateProfile DEVICE = CertificateProfile.DEVICE_CLIENT;

  private static final int VERSION = 0;
  private static final int SERIAL = 1;
  private static final int ALGORITHM = 2;
  private static final int ISSUER = 3;
  private static final int VALIDITY = 4;
  private static final int SUBJECT = 5;
  private static final int KEY = 6;
  private static final int EXTENSIONS = 7;

  private static CertificateIssuer issuing;
  private static LintIssuer issuer;
  private static byte[] device;
  private static byte[] server;
  private static byte[] authority;
  private static LintIssuer root;

  private final List<DynamicTest> tests = new ArrayList<>();
  private final Set<Lint> shown = EnumSet.noneOf(Lint.class);

  @BeforeAll
  static void make() throws Exception {
    KeyPair rootKey = TestKeys.newEcKey("secp256r1");
    KeyPair issuingKey = TestKeys.newEcKey("secp256r1");
    KeyPair leaf = TestKeys.newEcKey("secp256r1");
    X509Certificate rootCertificate =
        CertificateIssuer.selfSigned(
            CertificateHolder.authority("Root", "Grid"),
            rootKey.getPublic(),
            TestKeys.signer(rootKey),
            LOCATIONS,
            CLOCK);
    CertificateIssuer rootCa =
        new CertificateIssuer(rootCertificate, TestKeys.signer(rootKey), LOCATIONS, CLOCK);
    X509Certificate certificate =
        rootCa.sign(
            rootCa.prepare(
                CertificateProfile.ISSUING_CA,
                CertificateHolder.authority("Issuing", "Grid"),
                issuingKey.getPublic()));
    issuing = new CertificateIssuer(certificate, TestKeys.signer(issuingKey), LOCATIONS, CLOCK);
    issuer = lintIssuer(certificate);
    root = lintIssuer(rootCertificate);
    device =
        issuing
            .prepare(DEVICE, CertificateHolder.device("hg-a", null, "SE-1"), leaf.getPublic())
            .take();
    server =
        issuing
            .prepare(
                CertificateProfile.SERVER,
                CertificateHolder.server(
                    "grid.example", "Grid", "https", List.of("grid.example"), List.of("127.0.0.1")),
                leaf.getPublic())
            .take();
    authority =
        rootCa
            .prepare(
                CertificateProfile.ISSUING_CA,
                CertificateHolder.authority("Another", "Grid"),
                leaf.getPublic())
            .take();
  }

  private static LintIssuer lintIssuer(X509Certificate certificate) {
    return new LintIssuer(
        X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
        SubjectKeyIdentifiers.bytes(certificate),
        SignatureAlgorithm.ECDSA_SHA256,
        new LintIssuer.Bounds(
            certificate.getNotBefore().getTime(),
            certificate.getNotAfter().getTime(),
            certificate.getBasicConstraints()),
        LOCATIONS);
  }

  @Test
  void checkWhenAllIsRightThenFindsNothing() {
    assertThat(CertificateLinter.findings(device, DEVICE, issuer)).isEmpty();
    assertThat(CertificateLinter.findings(server, CertificateProfile.SERVER, issuer)).isEmpty();
    assertThat(CertificateLinter.findings(authority, CertificateProfile.ISSUING_CA, root))
        .isEmpty();
  }

  @Test
  void documentThenListsEveryLintWithItsSection() throws Exception {
    List<String> lines = Files.readAllLines(Path.of("../docs/certificate-profiles.md"));
    for (Lint lint : Lint.values()) {
      assertThat(lines)
          .anyMatch(line -> line.startsWith("| `" + lint + "` | " + lint.section() + " |"));
    }
  }

  @Test
  void checkWhenItIsNoCertificateThenFindsTheEncoding() {
    for (byte[] wrong : new byte[][] {{}, {5, 0}, Arrays.copyOf(device, 40), {0x30, 0}}) {
      assertThat(CertificateLinter.findings(wrong, DEVICE, issuer)).containsExactly(Lint.DER);
    }
  }

  @Test
  void prepareWhenLintFailsThenSpendsNoSignature() throws Exception {
    AtomicInteger signatures = new AtomicInteger();
    CertificateIssuer counting =
        new CertificateIssuer(
            issuing.certificate(),
            tbs -> {
              signatures.incrementAndGet();
              return new byte[0];
            },
            LOCATIONS,
            CLOCK);

    assertThatThrownBy(
            () ->
                counting.prepare(
                    CertificateProfile.ISSUING_CA,
                    CertificateHolder.authority("Below", "Grid"),
                    TestKeys.newEcKey("secp256r1").getPublic()))
        .isInstanceOfSatisfying(
            CertificateLintException.class,
            e -> assertThat(e.findings()).containsExactly(Lint.BASIC_CONSTRAINTS))
        .hasMessageContaining("4.2.1.9");
    assertThat(signatures).hasValue(0);
  }

  @TestFactory
  Stream<DynamicTest> findingsThenAreOfTheOneLint() throws Exception {
    encoding();
    fields();
    names();
    extensions();
    assertThat(shown).isEqualTo(EnumSet.allOf(Lint.class));
    return tests.stream();
  }

  private void encoding() throws Exception {
    ASN1EncodableVector defaulted = copy(extension(device, Extension.extendedKeyUsage));
    ASN1Encodable value = defaulted.get(1);
    wrong(
        Lint.DER,
        "default criticality encoded",
        replaced(
            device,
            Extension.extendedKeyUsage,
            new DERSequence(new ASN1Encodable[] {defaulted.get(0), ASN1Boolean.FALSE, value})));
    wrong(
        Lint.DER,
        "length in more octets than needed inside an extension",
        with(device, Extension.subjectKeyIdentifier, false, longForm(device)));
    ASN1EncodableVector twice = extensions(device);
    twice.add(extension(device, Extension.extendedKeyUsage));
    wrong(Lint.EXTENSIONS_ONCE, "an extension twice", withExtensions(device, twice));
    ASN1EncodableVector foreign = extensions(device);
    foreign.add(
        new Extension(
            new ASN1ObjectIdentifier("1.2.3.4"),
            false,
            new DEROctetString(DERNull.INSTANCE.getEncoded())));
    wrong(Lint.EXTENSIONS_OF_PROFILE, "a foreign extension", withExtensions(device, foreign));
    for (ASN1ObjectIdentifier type :
        List.of(
            Extension.keyUsage,
            Extension.basicConstraints,
            Extension.authorityKeyIdentifier,
            Extension.subjectKeyIdentifier,
            Extension.subjectAlternativeName,
            Extension.extendedKeyUsage,
            Extension.authorityInfoAccess,
            Extension.cRLDistributionPoints)) {
      wrong(Lint.EXTENSIONS_OF_PROFILE, "without " + type, replaced(device, type, null));
    }
    wrong(
        Lint.CRITICALITY,
        "key usage not critical",
        with(device, Extension.keyUsage, false, new KeyUsage(KeyUsage.digitalSignature)));
    wrong(
        Lint.CRITICALITY,
        "extended key usage critical",
        with(
            device,
            Extension.extendedKeyUsage,
            true,
            new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth)));
  }

  private void fields() throws Exception {
    wrong(
        Lint.VERSION,
        "version 2",
        with(device, VERSION, new DERTaggedObject(0, new ASN1Integer(1))));
    for (BigInteger serial :
        List.of(
            BigInteger.ZERO,
            BigInteger.ONE,
            new BigInteger(device(SERIAL).toString()).negate(),
            BigInteger.ONE.shiftLeft(126),
            BigInteger.ONE.shiftLeft(127).subtract(BigInteger.ONE),
            new BigInteger(device(SERIAL).toString()).shiftLeft(40))) {
      wrong(Lint.SERIAL, "serial " + serial, with(device, SERIAL, new ASN1Integer(serial)));
    }
    wrong(
        Lint.SIGNATURE_ALGORITHM,
        "another hash",
        with(device, ALGORITHM, SignatureAlgorithm.ECDSA_SHA384.identifier()));
    wrong(
        Lint.SIGNATURE_ALGORITHM,
        "NULL parameters of ECDSA",
        with(
            device,
            ALGORITHM,
            new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256, DERNull.INSTANCE)));
    wrong(Lint.ISSUER, "another issuer", with(device, ISSUER, new X500Name("CN=Other")));
    ASN1UTCTime begin = new ASN1UTCTime("261101115500Z");
    ASN1UTCTime end = new ASN1UTCTime("271101115500Z");
    wrong(
        Lint.TIME_ENCODING,
        "GeneralizedTime before 2050",
        validity(begin, new ASN1GeneralizedTime("20271101115500Z")));
    wrong(Lint.TIME_ENCODING, "no seconds", validity(begin, new ASN1UTCTime("2711011155Z")));
    wrong(Lint.TIME_ENCODING, "an offset", validity(begin, new ASN1UTCTime("271101105500-0100")));
    wrong(Lint.VALIDITY, "a second too long", validity(begin, new ASN1UTCTime("271101115501Z")));
    wrong(Lint.VALIDITY, "ends before it begins", validity(end, begin));
    wrong(
        Lint.VALIDITY_IN_ISSUER,
        "begins before its issuer",
        validity(new ASN1UTCTime("261101115459Z"), new ASN1UTCTime("271101115400Z")));
    wrong(
        Lint.VALIDITY_IN_ISSUER,
        "ends after its issuer",
        validity(new ASN1UTCTime("360101000000Z"), new ASN1UTCTime("361201000000Z")));
    SubjectPublicKeyInfo foreign = key("secp521r1");
    wrongWith(
        Set.of(Lint.PUBLIC_KEY),
        "a foreign curve",
        with(
            with(device, KEY, foreign),
            Extension.subjectKeyIdentifier,
            false,
            new SubjectKeyIdentifier(SubjectKeyIdentifiers.of(foreign))),
        DEVICE,
        issuer);
    SubjectPublicKeyInfo good = SubjectPublicKeyInfo.getInstance(device(KEY));
    byte[] point = good.getPublicKeyData().getBytes();
    point[point.length - 1] ^= 1;
    SubjectPublicKeyInfo off = new SubjectPublicKeyInfo(good.getAlgorithm(), point);
    wrong(
        Lint.PUBLIC_KEY,
        "a point off its curve",
        with(
            with(device, KEY, off),
            Extension.subjectKeyIdentifier,
            false,
            new SubjectKeyIdentifier(SubjectKeyIdentifiers.of(off))));
    ASN1EncodableVector fields = copy(ASN1Sequence.getInstance(device));
    ASN1EncodableVector unique = new ASN1EncodableVector();
    for (int i = 0; i < EXTENSIONS; i++) {
      unique.add(fields.get(i));
    }
    unique.add(new DERTaggedObject(false, 2, new DERBitString(new byte[] {1})));
    unique.add(fields.get(EXTENSIONS));
    wrong(Lint.UNIQUE_IDENTIFIERS, "a unique identifier", new DERSequence(unique).getEncoded());
  }

  private void names() throws Exception {
    X500NameBuilder second = new X500NameBuilder().addRDN(BCStyle.CN, new DERUTF8String("hg-a"));
    wrong(
        Lint.SUBJECT,
        "an organisation",
        with(device, SUBJECT, second.addRDN(BCStyle.O, "x").build()));
    wrongWith(
        Set.of(Lint.SUBJECT, Lint.COMMON_NAME),
        "no subject",
        with(device, SUBJECT, new X500Name(new org.bouncycastle.asn1.x500.RDN[0])),
        DEVICE,
        issuer);
    for (String name : List.of("a\u0000b", "a\u202eb", "x".repeat(65), " ")) {
      byte[] wrong =
          with(
              device,
              SUBJECT,
              new X500NameBuilder().addRDN(BCStyle.CN, new DERUTF8String(name)).build());
      wrong(
          Lint.SUBJECT,
          "CN of " + name.length() + " characters",
          with(
              wrong,
              Extension.subjectAlternativeName,
              false,
              new GeneralNames(new GeneralName[] {uri("urn:x:y"), xmpp(name + "@none.invalid")})));
    }
    wrongWith(
        Set.of(Lint.SUBJECT),
        "an authority of its issuer's name",
        with(authority, SUBJECT, root.name()),
        CertificateProfile.ISSUING_CA,
        root);
    names(Lint.ALTERNATIVE_NAMES, "no xmppAddr in a form", uri("urn:x:y"), xmpp("hg-a@x/y"));
    names(
        Lint.ALTERNATIVE_NAMES,
        "a form that the profile has not",
        uri("urn:x:y"),
        xmpp("hg-a@none.invalid"),
        new GeneralName(GeneralName.dNSName, "a.example"));
    names(Lint.ALTERNATIVE_NAMES, "no absolute URI", uri("x"), xmpp("hg-a@none.invalid"));
    names(Lint.ALTERNATIVE_NAMES, "a form is missing", xmpp("hg-a@none.invalid"));
    names(Lint.COMMON_NAME, "another's address", uri("urn:x:y"), xmpp("hg-b@none.invalid"));
    GeneralName address = xmpp("grid.example@none.invalid");
    serverNames(
        Lint.COMMON_NAME,
        "another host",
        new GeneralName(GeneralName.dNSName, "b.example"),
        address);
    serverNames(
        Lint.ALTERNATIVE_NAMES,
        "no DNS name",
        new GeneralName(GeneralName.dNSName, "grid.example"),
        new GeneralName(GeneralName.dNSName, "*_.example"),
        address);
    wrongWith(
        Set.of(Lint.ALTERNATIVE_NAMES, Lint.COMMON_NAME),
        "an address of 5 octets",
        with(
            server,
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                new GeneralName[] {
                  new GeneralName(GeneralName.dNSName, "grid.example"),
                  new GeneralName(GeneralName.iPAddress, new DEROctetString(new byte[5])),
                  address
                })),
        CertificateProfile.SERVER,
        issuer);
  }

  private void extensions() throws Exception {
    ASN1ObjectIdentifier aki = Extension.authorityKeyIdentifier;
    wrong(
        Lint.AUTHORITY_KEY_IDENTIFIER,
        "another issuer's key",
        with(device, aki, false, new AuthorityKeyIdentifier(new byte[20])));
    wrong(
        Lint.AUTHORITY_KEY_IDENTIFIER,
        "issuer and serial too",
        with(
            device,
            aki,
            false,
            new AuthorityKeyIdentifier(
                issuer.keyIdentifier(),
                new GeneralNames(new GeneralName(issuer.name())),
                BigInteger.ONE)));
    wrong(
        Lint.SUBJECT_KEY_IDENTIFIER,
        "another key's",
        with(
            device, Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(new byte[20])));
    wrong(
        Lint.KEY_USAGE,
        "signs certificates too",
        with(
            device,
            Extension.keyUsage,
            true,
            new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign)));
    wrong(
        Lint.KEY_USAGE,
        "a zero at its end",
        with(device, Extension.keyUsage, true, new DERBitString(new byte[] {(byte) 0x80}, 3)));
    ASN1ObjectIdentifier constraints = Extension.basicConstraints;
    wrong(
        Lint.BASIC_CONSTRAINTS,
        "a CA",
        with(device, constraints, true, new DERSequence(ASN1Boolean.TRUE)));
    wrong(
        Lint.BASIC_CONSTRAINTS,
        "default encoded",
        with(device, constraints, true, new DERSequence(ASN1Boolean.FALSE)));
    wrongWith(
        Set.of(Lint.BASIC_CONSTRAINTS),
        "a path as long as its issuer's",
        with(
            authority,
            constraints,
            true,
            new DERSequence(new ASN1Encodable[] {ASN1Boolean.TRUE, new ASN1Integer(1)})),
        CertificateProfile.ISSUING_CA,
        root);
    for (KeyPurposeId use :
        List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.anyExtendedKeyUsage)) {
      wrong(
          Lint.EXTENDED_KEY_USAGE,
          "use " + use.getId(),
          with(device, Extension.extendedKeyUsage, false, new ExtendedKeyUsage(use)));
    }
    String crl = LOCATIONS.crl(issuer.ski());
    points("another CA's", new DistributionPoint(point(LOCATIONS.crl("00")), null, null));
    points(
        "of another issuer",
        new DistributionPoint(
            point(crl), null, new GeneralNames(new GeneralName(new X500Name("CN=Other")))));
    points(
        "some reasons",
        new DistributionPoint(point(crl), new org.bouncycastle.asn1.x509.ReasonFlags(1), null));
    access("no OCSP", issuers(LOCATIONS.certificate(issuer.ski())));
    access("another CA's", issuers(LOCATIONS.certificate("00")), ocsp(LOCATIONS.ocsp()));
    access(
        "more than announced",
        issuers(LOCATIONS.certificate(issuer.ski())),
        ocsp(LOCATIONS.ocsp()),
        ocsp("http://elsewhere.example/ocsp"));
  }

  private void points(String what, DistributionPoint point) throws Exception {
    wrong(
        Lint.CRL_DISTRIBUTION_POINTS,
        what,
        with(
            device,
            Extension.cRLDistributionPoints,
            false,
            new CRLDistPoint(new DistributionPoint[] {point})));
  }

  private static DistributionPointName point(String uri) {
    return new DistributionPointName(new GeneralNames(uri(uri)));
  }

  private void access(String what, AccessDescription... access) throws Exception {
    wrong(
        Lint.AUTHORITY_INFORMATION_ACCESS,
        what,
        with(device, Extension.authorityInfoAccess, false, new AuthorityInformationAccess(access)));
  }

  private static AccessDescription issuers(String uri) {
    return new AccessDescription(AccessDescription.id_ad_caIssuers, uri(uri));
  }

  private static AccessDescription ocsp(String uri) {
    return new AccessDescription(AccessDescription.id_ad_ocsp, uri(uri));
  }

  private void names(Lint lint, String what, GeneralName... names) throws Exception {
    wrong(
        lint, what, with(device, Extension.subjectAlternativeName, false, new GeneralNames(names)));
  }

  private void serverNames(Lint lint, String what, GeneralName... names) throws Exception {
    wrongWith(
        Set.of(lint),
        what,
        with(server, Extension.subjectAlternativeName, false, new GeneralNames(names)),
        CertificateProfile.SERVER,
        issuer);
  }

  private void wrong(Lint lint, String what, byte[] tbs) {
    wrongWith(Set.of(lint), what, tbs, DEVICE, issuer);
  }

  private void wrongWith(
      Set<Lint> lints, String what, byte[] tbs, CertificateProfile profile, LintIssuer by) {
    shown.addAll(lints);
    tests.add(
        DynamicTest.dynamicTest(
            lints + ": " + what,
            () ->
                assertThat(CertificateLinter.findings(tbs, profile, by))
                    .containsExactlyInAnyOrderElementsOf(lints)));
  }

  private static byte[] validity(ASN1Encodable begin, ASN1Encodable end) throws Exception {
    return with(device, VALIDITY, new DERSequence(new ASN1Encodable[] {begin, end}));
  }

  /** The subject key identifier with its length of 20 in two octets, which BER allows. */
  private static byte[] longForm(byte[] tbs) {
    byte[] identifier =
        SubjectKeyIdentifiers.of(
            SubjectPublicKeyInfo.getInstance(ASN1Sequence.getInstance(tbs).getObjectAt(KEY)));
    byte[] encoded = new byte[identifier.length + 3];
    encoded[0] = 4;
    encoded[1] = (byte) 0x81;
    encoded[2] = (byte) identifier.length;
    System.arraycopy(identifier, 0, encoded, 3, identifier.length);
    return encoded;
  }

  private static SubjectPublicKeyInfo key(String curve) throws Exception {
    return SubjectPublicKeyInfo.getInstance(TestKeys.newEcKey(curve).getPublic().getEncoded());
  }

  private static GeneralName uri(String uri) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, uri);
  }

  private static GeneralName xmpp(String address) {
    return new GeneralName(
        GeneralName.otherName,
        new DERSequence(
            new ASN1Encodable[] {
              NameLints.XMPP_ADDRESS, new DERTaggedObject(true, 0, new DERUTF8String(address))
            }));
  }

  private static ASN1Encodable device(int field) {
    return ASN1Sequence.getInstance(device).getObjectAt(field);
  }

  private static ASN1EncodableVector copy(ASN1Sequence sequence) {
    ASN1EncodableVector vector = new ASN1EncodableVector();
    sequence.forEach(vector::add);
    return vector;
  }

  private static ASN1EncodableVector extensions(byte[] tbs) {
    return copy(
        ASN1Sequence.getInstance(
            ASN1TaggedObject.getInstance(ASN1Sequence.getInstance(tbs).getObjectAt(EXTENSIONS)),
            true));
  }

  private static ASN1Sequence extension(byte[] tbs, ASN1ObjectIdentifier type) {
    ASN1EncodableVector all = extensions(tbs);
    for (int i = 0; i < all.size(); i++) {
      ASN1Sequence extension = ASN1Sequence.getInstance(all.get(i));
      if (extension.getObjectAt(0).equals(type)) {
        return extension;
      }
    }
    throw new AssertionError(type.getId());
  }

  private static byte[] with(byte[] tbs, int field, ASN1Encodable value) throws Exception {
    ASN1EncodableVector before = copy(ASN1Sequence.getInstance(tbs));
    ASN1EncodableVector after = new ASN1EncodableVector();
    for (int i = 0; i < before.size(); i++) {
      after.add(i == field ? value : before.get(i));
    }
    return new DERSequence(after).getEncoded();
  }

  private static byte[] with(
      byte[] tbs, ASN1ObjectIdentifier type, boolean critical, ASN1Encodable value)
      throws Exception {
    return with(tbs, type, critical, value.toASN1Primitive().getEncoded());
  }

  private static byte[] with(byte[] tbs, ASN1ObjectIdentifier type, boolean critical, byte[] value)
      throws Exception {
    return replaced(tbs, type, new Extension(type, critical, new DEROctetString(value)));
  }

  private static byte[] replaced(
      byte[] tbs, ASN1ObjectIdentifier type, @org.jspecify.annotations.Nullable ASN1Encodable by)
      throws Exception {
    ASN1EncodableVector before = extensions(tbs);
    ASN1EncodableVector after = new ASN1EncodableVector();
    for (int i = 0; i < before.size(); i++) {
      if (!ASN1Sequence.getInstance(before.get(i)).getObjectAt(0).equals(type)) {
        after.add(before.get(i));
      } else if (by != null) {
        after.add(by);
      }
    }
    return withExtensions(tbs, after);
  }

  private static byte[] withExtensions(byte[] tbs, ASN1EncodableVector extensions)
      throws Exception {
    return with(tbs, EXTENSIONS, new DERTaggedObject(3, new DERSequence(extensions)));
  }
}
