package org.heliogate.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Base64;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Csr;
import org.heliogate.it.fixture.Est;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bad bodies and bad certification requests: each is refused with a cause that the audit trail
 * names, and leaves nothing; not even a serial was given out for it.
 */
class EstHostileIT {

  private static final KeyPair OTHER = Csr.key("secp256r1");
  private final Instance instance = Instance.current();

  /** Makes the body of a request from the client's name and key. */
  @FunctionalInterface
  interface Attack {
    byte[] body(String username, KeyPair key) throws IOException;
  }

  static Stream<Arguments> attacks() {
    return Stream.of(
        attack("nothing", "TRANSFER_ENCODING", (name, key) -> ""),
        attack("white space", "TRANSFER_ENCODING", (name, key) -> "\r\n \t\r\n"),
        attack("no base64", "TRANSFER_ENCODING", (name, key) -> "%%%"),
        attack(
            "cut base64", "TRANSFER_ENCODING", (name, key) -> Csr.of(name, key).substring(0, 81)),
        attack(
            "base64url",
            "TRANSFER_ENCODING",
            (name, key) -> Csr.of(name, key).substring(0, 80) + "-_-_"),
        attack("PEM", "TRANSFER_ENCODING", (name, key) -> pem(Csr.of(name, key))),
        attack(
            "bare DER",
            "TRANSFER_ENCODING",
            (name, key) -> new String(Base64.getDecoder().decode(Csr.of(name, key)), ISO_8859_1)),
        attack("a NUL", "TRANSFER_ENCODING", (name, key) -> Csr.of(name, key) + "\0"),
        attack("two requests", "TRANSFER_ENCODING", EstHostileIT::twice),
        attack("no ASN.1", "MALFORMED", (name, key) -> Csr.base64(Names.bytes(300))),
        attack("cut DER", "MALFORMED", (name, key) -> Csr.of(name, key).substring(0, 80)),
        attack("trailing bytes", "MALFORMED", EstHostileIT::withTail),
        attack("deep nesting", "MALFORMED", (name, key) -> Csr.base64(nested())),
        attack("too long", "TOO_LARGE", (name, key) -> Csr.base64(Names.bytes(20_000))),
        attack("another's name", "SUBJECT", (name, key) -> Csr.of("hg-" + "a".repeat(26), key)),
        attack("an empty subject", "SUBJECT", (name, key) -> Csr.withSubject("", key)),
        attack("an extra RDN", "SUBJECT", (name, key) -> Csr.withSubject("O=x,CN=" + name, key)),
        attack("a NUL in the name", "SUBJECT", (name, key) -> named(name + "\0.example", key)),
        attack("right to left", "SUBJECT", (name, key) -> named("\u202e" + name, key)),
        attack("a name of 10 kB", "SUBJECT", (name, key) -> named("x".repeat(10_000), key)),
        attack("1,000 RDNs", "SUBJECT", EstHostileIT::many),
        attack("a BMPString", "SUBJECT", EstHostileIT::bmp),
        attack("RSA of 1024 bits", "KEY_SIZE", (name, key) -> Csr.of(name, Csr.rsa(1024))),
        attack("P-192", "KEY_TYPE", (name, key) -> Csr.of(name, Csr.key("secp192r1"))),
        attack("P-521", "KEY_TYPE", (name, key) -> Csr.of(name, Csr.key("secp521r1"))),
        attack("secp256k1", "KEY_TYPE", (name, key) -> Csr.of(name, Csr.key("secp256k1"))),
        attack("Brainpool", "KEY_TYPE", (name, key) -> Csr.of(name, Csr.key("brainpoolP256r1"))),
        attack(
            "a stolen key",
            "PROOF_OF_POSSESSION",
            (name, key) -> Csr.signedByAnother(name, key, OTHER)),
        attack("a flipped signature", "PROOF_OF_POSSESSION", EstHostileIT::flipped),
        attack("a CA", "CA_REQUESTED", Csr::forAuthority),
        attack("an extension twice", "MALFORMED", EstHostileIT::repeated),
        attack("names in two attributes", "MALFORMED", EstHostileIT::scattered));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void enrollmentWhenTheBodyIsHostileThenRefusedAndAuditedAndNothingIsLeft(
      String what, String cause, Attack attack) throws IOException {
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
    String basic = Admin.basic(application.clientId(), application.secret());
    KeyPair key = Csr.key("secp256r1");
    Est est = Est.of(instance);

    Reply refusal =
        est.post("/simpleenroll", Est.REQUEST, basic, attack.body(application.username(), key));
    refusal.problem(400);
    assertThat(refusal.text("detail")).isNotEmpty().hasSizeLessThan(300);
    assertThat(instance.admin().list("certificates?client_id=" + application.clientId())).isEmpty();
    Awaitility.await("the audit row")
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(
                        instance
                            .admin()
                            .list("audit-events?subject=" + application.clientId())
                            .stream()
                            .filter(
                                row -> row.path("action").asText().equals("certificate.enroll")))
                    .singleElement()
                    .satisfies(
                        row -> {
                          assertThat(row.path("outcome").asText()).isEqualTo("refused");
                          assertThat(row.path("details").path("cause").asText()).isEqualTo(cause);
                        }));

    Est.certificate(est.post("/simpleenroll", basic, Csr.of(application.username(), key)));
  }

  private interface Text {
    String of(String username, KeyPair key) throws IOException;
  }

  private static Arguments attack(String what, String cause, Text text) {
    return Arguments.of(
        what, cause, (Attack) (name, key) -> text.of(name, key).getBytes(ISO_8859_1));
  }

  private static String pem(String csr) {
    return "-----BEGIN CERTIFICATE REQUEST-----\n" + csr + "\n-----END CERTIFICATE REQUEST-----\n";
  }

  private static String twice(String name, KeyPair key) {
    String padded = Base64.getEncoder().encodeToString("x".getBytes(US_ASCII));
    return padded + Csr.of(name, key);
  }

  private static String withTail(String name, KeyPair key) {
    byte[] der = Base64.getDecoder().decode(Csr.of(name, key));
    return Csr.base64(java.util.Arrays.copyOf(der, der.length + 3));
  }

  private static byte[] nested() {
    byte[] der = new byte[8_000];
    for (int i = 0; i < der.length; i += 2) {
      der[i] = 0x30;
      der[i + 1] = (byte) 0x80;
    }
    return der;
  }

  private static String named(String name, KeyPair key) {
    return Csr.withSubject(
        new X500NameBuilder().addRDN(BCStyle.CN, new DERUTF8String(name)).build(), key);
  }

  private static String many(String name, KeyPair key) {
    X500NameBuilder subject = new X500NameBuilder();
    for (int i = 0; i < 1_000; i++) {
      subject.addRDN(BCStyle.CN, new DERUTF8String("x"));
    }
    return Csr.withSubject(subject.build(), key);
  }

  private static String bmp(String name, KeyPair key) {
    X500Name subject = new X500NameBuilder().addRDN(BCStyle.CN, new DERBMPString(name)).build();
    return Csr.withSubject(subject, key);
  }

  /** One bit of the signature's last byte is another. */
  private static String flipped(String name, KeyPair key) {
    byte[] der = Base64.getDecoder().decode(Csr.of(name, key));
    der[der.length - 1] = (byte) (der[der.length - 1] ^ 1);
    return Csr.base64(der);
  }

  private static Extension names() throws IOException {
    return new Extension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(new GeneralName(GeneralName.dNSName, "a.example")).getEncoded());
  }

  private static String repeated(String name, KeyPair key) throws IOException {
    return Csr.asking(name, key, new DERSequence(new Extension[] {names(), names()}));
  }

  private static String scattered(String name, KeyPair key) throws IOException {
    return Csr.asking(name, key, new DERSequence(names()), new DERSequence(names()));
  }
}
