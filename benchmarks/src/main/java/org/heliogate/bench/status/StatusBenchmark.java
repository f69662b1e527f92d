package org.heliogate.bench.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.heliogate.bench.instance.Instance;
import org.heliogate.bench.instance.WrongAnswerException;
import org.jspecify.annotations.Nullable;

/**
 * The benchmark of the OCSP responder over plain HTTP: the broker's certificate is asked about
 * without a nonce, and with a new one each time, beside what a token signs in the same run.
 */
public final class StatusBenchmark {

  private static final int NONCE_BYTES = 16;
  private static final int SUCCESSFUL_BYTES = 100;

  private final Instance instance;
  private final URI responder;
  private final CertificateID asked;
  private final Consumer<String> progress;

  /**
   * Reads what is asked about.
   *
   * @param instance the instance
   * @param progress told what is done at the moment
   */
  public StatusBenchmark(Instance instance, Consumer<String> progress)
      throws IOException, GeneralSecurityException {
    this.instance = instance;
    this.progress = progress;
    String pki =
        new ObjectMapper()
            .readTree(Files.readAllBytes(instance.home().resolve("endpoints.json")))
            .path("pki")
            .asText();
    this.responder = URI.create(pki + "/ocsp");
    X509Certificate broker = certificates(instance.home().resolve("pki/broker.pem")).get(0);
    X509Certificate issuer =
        certificates(instance.caFile()).stream()
            .filter(ca -> ca.getSubjectX500Principal().equals(broker.getIssuerX500Principal()))
            .findFirst()
            .orElseThrow(() -> new WrongAnswerException("the broker's CA is not in ca.pem"));
    try {
      this.asked =
          new CertificateID(
              new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1),
              new JcaX509CertificateHolder(issuer),
              broker.getSerialNumber());
    } catch (OCSPException | OperatorCreationException e) {
      throw new GeneralSecurityException("the question cannot be made", e);
    }
  }

  private static List<X509Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    List<X509Certificate> found = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        found.add((X509Certificate) one);
      }
    }
    return found;
  }

  /**
   * What was measured.
   *
   * @param kept answers a second without a nonce, and how long one takes
   * @param signed the same with a nonce
   * @param ceiling signatures a second of a token
   */
  public record Figures(Answers kept, Answers signed, double ceiling) {}

  /**
   * Answers.
   *
   * @param perSecond how many in a second
   * @param median half of them take at most so long
   * @param p99 99 % of them take at most so long
   */
  public record Answers(double perSecond, Duration median, Duration p99) {}

  /**
   * Runs it.
   *
   * @param connections how many ask at once
   * @param warmUp how long each is asked before, uncounted
   * @param during how long each is measured
   */
  public Figures run(int connections, Duration warmUp, Duration during)
      throws IOException, GeneralSecurityException {
    Files.createDirectories(instance.home().resolve("bench"));
    byte[] plain = request(null);
    try (OcspConnection connection = new OcspConnection(responder)) {
      thoroughly(connection.ask(plain));
    }
    Answers kept = measured("without a nonce", connections, warmUp, during, () -> plain);
    SecureRandom random = new SecureRandom();
    Answers signed =
        measured(
            "with a nonce",
            connections,
            warmUp,
            during,
            () -> {
              byte[] nonce = new byte[NONCE_BYTES];
              random.nextBytes(nonce);
              return request(nonce);
            });
    progress.accept("measuring a token");
    double ceiling =
        TokenCeiling.measure(instance.home().resolve("bench/softhsm2.conf"), connections, during);
    return new Figures(kept, signed, ceiling);
  }

  /** What is asked next, DER. */
  @FunctionalInterface
  private interface Question {
    byte[] next() throws IOException;
  }

  private Answers measured(
      String what, int connections, Duration warmUp, Duration during, Question question)
      throws IOException {
    progress.accept("asking " + what);
    List<OcspConnection> open = new ArrayList<>();
    try {
      for (int i = 0; i < connections; i++) {
        open.add(new OcspConnection(responder));
      }
      Work work = n -> check(open.get(n).ask(question.next()));
      Parallel.perSecond(connections, warmUp, work);
      Parallel.Rate rate = Parallel.perSecond(connections, during, work);
      return new Answers(
          rate.perSecond(), rate.latencies().median(), rate.latencies().atPercentile(99));
    } finally {
      for (OcspConnection connection : open) {
        connection.close();
      }
    }
  }

  private byte[] request(byte @Nullable [] nonce) throws IOException {
    OCSPReqBuilder builder = new OCSPReqBuilder();
    builder.addRequest(asked);
    if (nonce != null) {
      builder.setRequestExtensions(
          new Extensions(
              new Extension(
                  OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
                  false,
                  new DEROctetString(nonce).getEncoded())));
    }
    try {
      return builder.build().getEncoded();
    } catch (OCSPException e) {
      throw new IOException("a request cannot be made", e);
    }
  }

  /** Each one by its length: a refusal has five bytes. */
  private static void check(byte[] answer) {
    if (answer.length < SUCCESSFUL_BYTES) {
      throw new WrongAnswerException("the responder refuses to answer");
    }
  }

  private void thoroughly(byte[] answer) throws IOException {
    try {
      BasicOCSPResp basic = (BasicOCSPResp) new OCSPResp(answer).getResponseObject();
      if (basic.getResponses()[0].getCertStatus() != CertificateStatus.GOOD) {
        throw new WrongAnswerException("the broker's certificate is not good");
      }
    } catch (OCSPException e) {
      throw new IOException("the answer cannot be read", e);
    }
  }
}
