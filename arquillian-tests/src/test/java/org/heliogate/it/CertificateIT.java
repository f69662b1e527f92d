package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Csr;
import org.heliogate.it.fixture.DeviceClient;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Issued;
import org.heliogate.it.fixture.MqttProbe;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.Shell;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Uma;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;

/** What the CA issues, as others see it: OpenSSL, the JDK, the broker. */
class CertificateIT {

  private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";
  private static final String XMPP_ADDRESS = "1.3.6.1.5.5.7.8.5";
  private final Instance instance = Instance.current();

  @Test
  void certificateWhenIssuedThenOpensslVerifiesItStrictly() throws Exception {
    Path files = device().uma().certificate().files("strict");
    Path root = files.resolve("root.pem");
    Files.writeString(root, pem(instance.rootAuthority()));
    Path lists = files.resolve("crl.pem");
    Files.writeString(lists, crlPem());
    Shell.Result strict =
        Shell.run(
                "openssl",
                "verify",
                "-x509_strict",
                "-purpose",
                "sslclient",
                "-CAfile",
                instance.home().resolve("ca.pem").toString(),
                files.resolve("leaf.pem").toString())
            .succeeded();
    assertThat(strict.output()).contains("leaf.pem: OK");
    Shell.run(
            "openssl",
            "verify",
            "-x509_strict",
            "-crl_check_all",
            "-CRLfile",
            lists.toString(),
            "-CAfile",
            root.toString(),
            "-untrusted",
            instance.home().resolve("ca.pem").toString(),
            files.resolve("leaf.pem").toString())
        .succeeded();
  }

  @Test
  void certificateWhenIssuedThenTheJdkValidatesItAgainstTheCrls() throws Exception {
    Issued issued = device().uma().certificate();
    validate(issued.certificate());
  }

  @Test
  void certificateOfADeviceWhenIssuedThenIsWhatTheProfileSays() throws Exception {
    DeviceClient client = device();
    Issued issued = client.uma().certificate();
    X509Certificate certificate = issued.certificate();
    X500Name subject = new JcaX509CertificateHolder(certificate).getSubject();
    assertThat(subject.getRDNs()).hasSize(1);
    assertThat(subject.toString()).isEqualTo("CN=" + issued.username());
    assertThat(certificate.getPublicKey().getEncoded())
        .isEqualTo(issued.key().getPublic().getEncoded());
    assertThat(certificate.getExtendedKeyUsage()).containsExactly(CLIENT_AUTHENTICATION);
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    assertThat(certificate.getKeyUsage()[0]).as("digitalSignature").isTrue();
    assertThat(certificate.getKeyUsage()[5]).as("keyCertSign").isFalse();
    assertThat(certificate.getSerialNumber().bitLength()).isGreaterThan(64);
    assertThat(certificate.getNotAfter().toInstant()).isAfter(Clock.systemUTC().instant());
    assertThat(names(certificate, GeneralName.uniformResourceIdentifier))
        .singleElement()
        .asString()
        .contains(client.device().id());
    assertThat(xmppAddresses(certificate)).containsExactly(issued.username() + "@none.invalid");
  }

  @Test
  void certificateOfAnApplicationWhenIssuedThenNamesTheClient() throws Exception {
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
    Issued issued = application.uma().certificate(Csr.rsa(2048));
    X509Certificate certificate = issued.certificate();
    assertThat(issued.username()).isEqualTo(application.username());
    assertThat(certificate.getSubjectX500Principal().getName())
        .isEqualTo("CN=" + application.username());
    assertThat(certificate.getExtendedKeyUsage()).containsExactly(CLIENT_AUTHENTICATION);
    assertThat(names(certificate, GeneralName.uniformResourceIdentifier))
        .singleElement()
        .asString()
        .contains(application.clientId());
    assertThat(xmppAddresses(certificate))
        .containsExactly(application.username() + "@none.invalid");
    validate(certificate);
  }

  @Test
  void certificateWhenReadThenItsUrisLeadToIssuerAndCrl() throws Exception {
    X509Certificate certificate = device().uma().certificate().certificate();
    Extensions extensions = new JcaX509CertificateHolder(certificate).getExtensions();
    String pki = instance.pki().toString();
    String access =
        extensions.getExtension(Extension.authorityInfoAccess).getParsedValue().toString();
    String points =
        extensions.getExtension(Extension.cRLDistributionPoints).getParsedValue().toString();
    String ski = ski(issuing());
    assertThat(decoded(access)).contains(pki + "/ca/" + ski + ".cer");
    assertThat(decoded(points)).contains(pki + "/crl/" + ski);
    Reply issuer = instance.http().get(pki + "/ca/" + ski + ".cer").expect(200);
    assertThat(issuer.header("Content-Type")).startsWith("application/pkix-cert");
    assertThat(issuer.bytes()).isEqualTo(issuing().getEncoded());
    Reply crl = instance.http().get(pki + "/crl/" + ski).expect(200);
    assertThat(crl.header("Content-Type")).startsWith("application/pkix-crl");
    crl(crl.bytes()).verify(issuing().getPublicKey());
  }

  @Test
  void certificateWhenAskedForAgainWithTheSameKeyThenTheSame() {
    DeviceClient client = device();
    Uma uma = client.uma();
    Issued first = uma.certificate();
    assertThat(uma.certificate(first.key()).certificate()).isEqualTo(first.certificate());
    assertThat(client.uma().certificate().certificate()).isNotEqualTo(first.certificate());
  }

  @Test
  void certificateWhenRevokedThenOnTheCrlAndOutOfTheBroker() throws Exception {
    DeviceClient client = device();
    Issued issued = client.uma().certificate();
    String serial = issued.certificate().getSerialNumber().toString(16);
    try (MqttProbe broker = issued.connect()) {
      instance
          .admin()
          .post("certificates/" + serial + "/revoke", "{\"reason\":\"key_compromise\"}")
          .expect(200);
      Awaitility.await("the CRL")
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  crl(instance.http().get("/pki/crl").expect(200).bytes())
                          .getRevokedCertificate(issued.certificate().getSerialNumber())
                      != null);
      Awaitility.await("the end of the session")
          .atMost(Duration.ofSeconds(60))
          .until(() -> !broker.isConnected());
    }
    Awaitility.await("the refusal by the broker")
        .atMost(Duration.ofSeconds(60))
        .until(() -> !connects(issued));
    KeyPair key = Csr.key("secp256r1");
    Issued renewed = client.uma().certificate(key);
    assertThat(connects(renewed)).isTrue();
    assertThat(connects(issued)).isFalse();
  }

  private static boolean connects(Issued issued) {
    try (MqttProbe broker = issued.connect()) {
      return broker.publish("it/none", "") != 0 || broker.isConnected();
    } catch (MqttProbe.RefusedException e) {
      return false;
    }
  }

  private DeviceClient device() {
    return TestDevice.loaded(instance).bootstrapped();
  }

  private void validate(X509Certificate certificate) throws Exception {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    CertPath path = factory.generateCertPath(List.of(certificate, issuing()));
    PKIXParameters parameters =
        new PKIXParameters(Set.of(new TrustAnchor(instance.rootAuthority(), null)));
    List<X509CRL> lists = new ArrayList<>();
    for (X509Certificate authority : instance.authorities()) {
      lists.add(crl(instance.http().get("/pki/crl/" + ski(authority)).expect(200).bytes()));
    }
    parameters.addCertStore(
        CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
    parameters.setRevocationEnabled(true);
    CertPathValidator.getInstance("PKIX").validate(path, parameters);
  }

  private String crlPem() throws Exception {
    StringBuilder text = new StringBuilder();
    for (X509Certificate authority : instance.authorities()) {
      byte[] der = instance.http().get("/pki/crl/" + ski(authority)).expect(200).bytes();
      text.append("-----BEGIN X509 CRL-----\n")
          .append(Base64.getMimeEncoder().encodeToString(der))
          .append("\n-----END X509 CRL-----\n");
    }
    return text.toString();
  }

  private static String pem(X509Certificate certificate) throws Exception {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  private static X509CRL crl(byte[] der) throws Exception {
    return (X509CRL)
        CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
  }

  private X509Certificate issuing() {
    return instance.authorities().stream()
        .filter(authority -> !authority.equals(instance.rootAuthority()))
        .findFirst()
        .orElseThrow();
  }

  private static String ski(X509Certificate authority) throws Exception {
    return HexFormat.of()
        .formatHex(
            SubjectKeyIdentifier.fromExtensions(
                    new JcaX509CertificateHolder(authority).getExtensions())
                .getKeyIdentifier());
  }

  /** BC prints octets of implicit tags in hex: both forms of the text. */
  private static String decoded(String printed) {
    StringBuilder text = new StringBuilder(printed);
    java.util.regex.Matcher hex = java.util.regex.Pattern.compile("#([0-9a-f]+)").matcher(printed);
    while (hex.find()) {
      if (hex.group(1).length() % 2 == 0) {
        text.append(
            new String(
                HexFormat.of().parseHex(hex.group(1)), java.nio.charset.StandardCharsets.US_ASCII));
      }
    }
    return text.toString();
  }

  private static List<String> names(X509Certificate certificate, int tag) throws Exception {
    GeneralNames names =
        GeneralNames.fromExtensions(
            new JcaX509CertificateHolder(certificate).getExtensions(),
            Extension.subjectAlternativeName);
    List<String> found = new ArrayList<>();
    for (GeneralName name : names.getNames()) {
      if (name.getTagNo() == tag) {
        found.add(name.getName().toString());
      }
    }
    return found;
  }

  private static List<String> xmppAddresses(X509Certificate certificate) throws Exception {
    GeneralNames names =
        GeneralNames.fromExtensions(
            new JcaX509CertificateHolder(certificate).getExtensions(),
            Extension.subjectAlternativeName);
    List<String> found = new ArrayList<>();
    for (GeneralName name : names.getNames()) {
      if (name.getTagNo() == GeneralName.otherName) {
        ASN1Sequence other = ASN1Sequence.getInstance(name.getName());
        assertThat(other.getObjectAt(0)).isEqualTo(new ASN1ObjectIdentifier(XMPP_ADDRESS));
        found.add(
            ASN1UTF8String.getInstance(
                    ASN1TaggedObject.getInstance(other.getObjectAt(1)).getExplicitBaseObject())
                .getString());
      }
    }
    return found;
  }

  @Test
  void authoritiesWhenAskedForThenThoseOfTheInstance() {
    Reply reply = instance.http().get("/pki/ca.pem").expect(200);
    assertThat(org.heliogate.device.http.Trust.certificates(reply.body(), "/pki/ca.pem"))
        .containsExactlyInAnyOrderElementsOf(instance.authorities());
  }
}
