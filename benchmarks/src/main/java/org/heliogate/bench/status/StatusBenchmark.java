package org.heliogate.bench.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
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
import org.heliogate.bench.measure.ProcessUse;
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
  public record Figures(Answers kept, Answers signed, double ceiling) {

    /**
     * Signatures a second of that token if each one also takes what an answer without a nonce
     * takes: what is left where token, server and client share the processors.
     */
    public double sharedCeiling() {
      return 1 / (1 / kept.perSecond() + 1 / ceiling);
    }
  }

  /**
   * Answers.
   *
   * @param perSecond how many in a second
   * @param median half of them take at most so long
   * @param p99 99 % of them take at most so long
   * @param serverCpu processor time of the server's process for one
   */
  public record Answers(double perSecond, Duration median, Duration p99, Duration serverCpu) {}

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
    try (OcspConnection connection = new OcspConnection(responder)) {
      thoroughly(connection.ask(request(null)));
    }
    byte[] plain = request(null);
    Answers kept =
        measured(
            "without a nonce",
            connections,
            warmUp,
            during,
            connection -> check(connection.ask(plain)));
    byte[] template = request(new byte[NONCE_BYTES]);
    Answers signed =
        measured(
            "with a nonce",
            connections,
            warmUp,
            during,
            connection -> askAnew(connection, template));
    progress.accept("measuring a token");
    double ceiling =
        TokenCeiling.measure(instance.home().resolve("bench/softhsm2.conf"), connections, during);
    return new Figures(kept, signed, ceiling);
  }

  /** One question and its answer. */
  @FunctionalInterface
  private interface Question {
    void ask(OcspConnection connection) throws IOException;
  }

  private Answers measured(
      String what, int connections, Duration warmUp, Duration during, Question question)
      throws IOException {
    progress.accept("asking " + what);
    long server =
        instance
            .server()
            .orElseThrow(() -> new WrongAnswerException("the instance's server does not run here"))
            .pid();
    List<OcspConnection> open = new ArrayList<>();
    try {
      for (int i = 0; i < connections; i++) {
        open.add(new OcspConnection(responder));
      }
      Work work = n -> question.ask(open.get(n));
      Parallel.perSecond(connections, warmUp, work);
      Duration before = ProcessUse.of(server).cpu();
      Parallel.Rate rate = Parallel.perSecond(connections, during, work);
      Duration cpu = ProcessUse.of(server).cpu().minus(before);
      return new Answers(
          rate.perSecond(),
          rate.latencies().median(),
          rate.latencies().atPercentile(99),
          cpu.dividedBy(Math.max(1, rate.latencies().count())));
    } finally {
      for (OcspConnection connection : open) {
        connection.close();
      }
    }
  }

  /**
   * Asks with a nonce of its own.
   *
   * @param template a request whose last octets are the nonce
   */
  private static void askAnew(OcspConnection connection, byte[] template) throws IOException {
    byte[] nonce = new byte[NONCE_BYTES];
    ThreadLocalRandom.current().nextBytes(nonce);
    byte[] request = template.clone();
    System.arraycopy(nonce, 0, request, request.length - nonce.length, nonce.length);
    byte[] answer = connection.ask(request);
    check(answer);
    if (!repeats(answer, nonce)) {
      throw new WrongAnswerException("an answer does not repeat the nonce");
    }
  }

  private static boolean repeats(byte[] answer, byte[] nonce) {
    for (int at = 0; at + nonce.length <= answer.length; at++) {
      if (Arrays.equals(answer, at, at + nonce.length, nonce, 0, nonce.length)) {
        return true;
      }
    }
    return false;
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
