package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Issued;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.Shell;
import org.heliogate.it.fixture.TestDevice;
import org.junit.jupiter.api.Test;

/** The OCSP responder as others see it: OpenSSL, curl, Bouncy Castle and the JDK. */
class OcspIT {

  private static final String REQUEST = "application/ocsp-request";
  private static final int MALFORMED = 1;
  private static final int UNAUTHORIZED = 6;

  private final Instance instance = Instance.current();
  private final Issued issued = TestDevice.loaded(instance).bootstrapped().uma().certificate();
  private final Path files = issued.files("ocsp");

  @Test
  void certificateWhenIssuedThenOpensslFindsTheResponderInItAndItSaysGood() throws Exception {
    String uri =
        Shell.run("openssl", "x509", "-in", leaf(), "-noout", "-ocsp_uri")
            .succeeded()
            .output()
            .strip();
    assertThat(uri).isEqualTo(instance.pki() + "/ocsp");
    for (String hash : List.of("-sha1", "-sha256")) {
      for (String nonce : List.of("-nonce", "-no_nonce")) {
        assertThat(openssl(hash, nonce).output())
            .as(hash + " " + nonce)
            .contains("Response verify OK", "leaf.pem: good")
            .doesNotContain("WARNING");
      }
    }
  }

  @Test
  void certificateWhenRevokedThenEveryForeignClientIsTold() throws Exception {
    validate(EnumSet.of(Option.ONLY_END_ENTITY, Option.NO_FALLBACK));
    validate(EnumSet.of(Option.PREFER_CRLS, Option.NO_FALLBACK));
    assertThat(status(ask(serial()))).isNull();
    revoke("key_compromise");

    // This node has heard of it before it answered; nothing is waited for.
    assertThat(openssl("-sha1", "-nonce").output())
        .contains("Response verify OK", "leaf.pem: revoked", "Reason: keyCompromise");
    assertThat(openssl("-sha256", "-no_nonce").output()).contains("leaf.pem: revoked");
    assertThatThrownBy(() -> validate(EnumSet.of(Option.ONLY_END_ENTITY, Option.NO_FALLBACK)))
        .isInstanceOf(CertPathValidatorException.class)
        .hasMessageContaining("revoked");
    Awaitility.await("the CRL")
        .atMost(Duration.ofSeconds(60))
        .until(() -> crl(issuing()).isRevoked(issued.certificate()));
    assertThatThrownBy(() -> validate(EnumSet.of(Option.PREFER_CRLS, Option.NO_FALLBACK)))
        .isInstanceOf(CertPathValidatorException.class)
        .hasMessageContaining("revoked");
  }

  @Test
  void certificateWhenOnHoldThenRevokedUntilItIsReleased() throws Exception {
    instance.admin().post("certificates/" + hex() + "/hold", null).expect(200);
    assertThat(openssl("-sha1", "-no_nonce").output())
        .contains("leaf.pem: revoked", "Reason: certificateHold");
    instance.admin().post("certificates/" + hex() + "/release", null).expect(200);
    assertThat(openssl("-sha1", "-no_nonce").output()).contains("leaf.pem: good");
  }

  @Test
  void serialWhenNeverIssuedThenUnknownAndNeverGood() throws Exception {
    assertThat(
            Shell.run(
                    "openssl",
                    "ocsp",
                    "-issuer",
                    issuerFile(),
                    "-serial",
                    "0x7f01020304050607",
                    "-url",
                    instance.pki() + "/ocsp",
                    "-CAfile",
                    files.resolve("ca.pem").toString())
                .output())
        .contains("Response verify OK", "unknown");
  }

  @Test
  void requestWhenInThePathThenCurlGetsACacheableAnswer() throws Exception {
    byte[] der = request(serial());
    String encoded = Base64.getEncoder().encodeToString(der);
    String escaped = encoded.replace("/", "%2F").replace("+", "%2B").replace("=", "%3D");
    List<byte[]> answers = new ArrayList<>();
    for (String form : List.of(encoded, escaped, encoded.replace("=", ""))) {
      Path body = files.resolve("answer" + answers.size());
      String headers =
          Shell.run(
                  "curl",
                  "-sS",
                  "--path-as-is",
                  "-D",
                  "-",
                  "-o",
                  body.toString(),
                  instance.pki() + "/ocsp/" + form)
              .succeeded()
              .output();
      assertThat(headers)
          .contains("200", "application/ocsp-response", "max-age=60, public", "must-revalidate")
          .containsIgnoringCase("etag:")
          .containsIgnoringCase("last-modified:")
          .containsIgnoringCase("expires:");
      answers.add(Files.readAllBytes(body));
    }
    assertThat(answers).allSatisfy(one -> assertThat(one).isEqualTo(answers.get(0)));
    assertThat(status(answers.get(0))).isNull();
    Reply overTls = instance.http().get("/pki/ocsp/" + escaped).expect(200);
    assertThat(overTls.bytes()).isEqualTo(answers.get(0));
    instance
        .http()
        .get("/pki/ocsp/" + escaped, "If-None-Match", overTls.header("ETag"))
        .expect(304);
  }

  /** Some base64 has two slashes in a row, which must not be taken for one. */
  @Test
  void requestWhenItsBase64HasSlashesThenUnderstood() throws Exception {
    BigInteger serial = new BigInteger("7fffffffffffffffffffffffffffffff", 16);
    String encoded = Base64.getEncoder().encodeToString(request(serial));
    assertThat(encoded).contains("//");
    byte[] body = instance.http().get(instance.pki() + "/ocsp/" + encoded).expect(200).bytes();
    assertThat(new OCSPResp(body).getStatus()).isZero();
    assertThat(
            ((BasicOCSPResp) new OCSPResp(body).getResponseObject())
                .getResponses()[0]
                .getCertID()
                .getSerialNumber())
        .isEqualTo(serial);
  }

  @Test
  void requestWhenBadThenRefusedPreciselyAndAudited() throws Exception {
    assertThat(refusal("nonsense".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
        .isEqualTo(MALFORMED);
    BigInteger[] many = new BigInteger[100];
    Arrays.setAll(many, BigInteger::valueOf);
    assertThat(refusal(request(many))).isEqualTo(MALFORMED);
    BigInteger[] thousands = new BigInteger[3000];
    Arrays.setAll(thousands, BigInteger::valueOf);
    post(request(thousands)).problem(413);
    instance.http().post(instance.pki() + "/ocsp", "text/plain", new byte[] {1}).problem(415);
    assertThat(refusal(about(instance.rootAuthority(), BigInteger.TEN))).isEqualTo(UNAUTHORIZED);
    Awaitility.await("the audit")
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                instance
                    .admin()
                    .get("audit-events?action=ocsp.answer&limit=100")
                    .expect(200)
                    .body()
                    .contains("too_many_entries"));
  }

  private int refusal(byte[] request) throws Exception {
    Reply reply = post(request).expect(200);
    assertThat(reply.header("Content-Type")).startsWith("application/ocsp-response");
    assertThat(reply.header("Cache-Control")).isEqualTo("no-store");
    assertThat(reply.bytes()).hasSize(5);
    return new OCSPResp(reply.bytes()).getStatus();
  }

  private Shell.Result openssl(String hash, String nonce) throws Exception {
    return Shell.run(
        "openssl",
        "ocsp",
        "-issuer",
        issuerFile(),
        hash,
        "-cert",
        leaf(),
        nonce,
        "-url",
        instance.pki() + "/ocsp",
        "-CAfile",
        files.resolve("ca.pem").toString());
  }

  private byte[] ask(BigInteger serial) throws Exception {
    return post(request(serial)).expect(200).bytes();
  }

  private Reply post(byte[] request) {
    return instance.http().post(instance.pki() + "/ocsp", REQUEST, request);
  }

  private static CertificateStatus status(byte[] response) throws Exception {
    return ((BasicOCSPResp) new OCSPResp(response).getResponseObject())
        .getResponses()[0].getCertStatus();
  }

  private byte[] request(BigInteger... serials) throws Exception {
    return about(issuing(), serials);
  }

  private static byte[] about(X509Certificate authority, BigInteger... serials) throws Exception {
    OCSPReqBuilder builder = new OCSPReqBuilder();
    for (BigInteger serial : serials) {
      builder.addRequest(
          new CertificateID(
              new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1),
              new JcaX509CertificateHolder(authority),
              serial));
    }
    return builder.build().getEncoded();
  }

  private void validate(Set<Option> options) throws Exception {
    CertPath path =
        CertificateFactory.getInstance("X.509")
            .generateCertPath(List.of(issued.certificate(), issuing()));
    PKIXParameters parameters =
        new PKIXParameters(Set.of(new TrustAnchor(instance.rootAuthority(), null)));
    if (options.contains(Option.PREFER_CRLS)) {
      parameters.addCertStore(
          CertStore.getInstance(
              "Collection",
              new CollectionCertStoreParameters(
                  List.of(crl(issuing()), crl(instance.rootAuthority())))));
    }
    CertPathValidator validator = CertPathValidator.getInstance("PKIX");
    PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
    checker.setOptions(options);
    parameters.addCertPathChecker(checker);
    validator.validate(path, parameters);
  }

  private X509CRL crl(X509Certificate authority) throws Exception {
    String ski =
        HexFormat.of()
            .formatHex(
                SubjectKeyIdentifier.fromExtensions(
                        new JcaX509CertificateHolder(authority).getExtensions())
                    .getKeyIdentifier());
    return (X509CRL)
        CertificateFactory.getInstance("X.509")
            .generateCRL(
                new ByteArrayInputStream(
                    instance.http().get("/pki/crl/" + ski).expect(200).bytes()));
  }

  private X509Certificate issuing() {
    return instance.authorities().stream()
        .filter(
            authority ->
                authority
                    .getSubjectX500Principal()
                    .equals(issued.certificate().getIssuerX500Principal()))
        .findFirst()
        .orElseThrow();
  }

  private String issuerFile() throws Exception {
    Path file = files.resolve("issuer.pem");
    Files.writeString(
        file,
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(issuing().getEncoded())
            + "\n-----END CERTIFICATE-----\n");
    return file.toString();
  }

  private void revoke(String reason) {
    instance
        .admin()
        .post("certificates/" + hex() + "/revoke", "{\"reason\":\"" + reason + "\"}")
        .expect(200);
  }

  private String leaf() {
    return files.resolve("leaf.pem").toString();
  }

  private BigInteger serial() {
    return issued.certificate().getSerialNumber();
  }

  private String hex() {
    return serial().toString(16);
  }
}
