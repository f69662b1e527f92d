package org.heliogate.authz.ocsp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.heliogate.authz.ca.CaFixture;
import org.heliogate.authz.ca.jpa.CertificateEntity;
import org.heliogate.authz.platform.ChangeNotice.Kind;
import org.heliogate.hsm.ca.RevocationReason;
import org.heliogate.hsm.ocsp.OcspFailure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OcspServiceTest {

  private static final String NEVER = "7fffffffffffffffffffffffffffffff";

  private CaFixture ca;
  private OcspNode node;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    ca = new CaFixture(directory, null);
    node = new OcspNode(ca);
    node.renewal.run();
  }

  @AfterEach
  void stop() {
    ca.close();
  }

  @Test
  void answerWhenIssuedThenGoodAndTheNextIsTheSame() throws Exception {
    String serial = issue();
    OcspReply first = node.ask(serial);
    ca.clock.advance(Duration.ofMinutes(29));
    OcspReply second = node.ask(serial);

    assertThat(said(first)).isEqualTo(CertificateStatus.GOOD);
    assertThat(second.der()).as("signed once").isSameAs(first.der());
    assertThat(first.validity()).isNotNull();
    assertThat(node.looks).isEqualTo(1);
    verifies(first);
  }

  @Test
  void answerWhenHalfOfItsLifeIsOverThenSignedAnew() throws Exception {
    String serial = issue();
    OcspReply first = node.ask(serial);
    ca.clock.advance(Duration.ofMinutes(31));
    OcspReply second = node.ask(serial);

    assertThat(second.der()).isNotEqualTo(first.der());
    assertThat(Objects.requireNonNull(second.validity()).thisUpdate())
        .isEqualTo(
            Objects.requireNonNull(first.validity()).thisUpdate().plus(Duration.ofMinutes(31)));
    assertThat(said(second)).isEqualTo(CertificateStatus.GOOD);
  }

  @Test
  void answerWhenRevokedThenSaysSoAsSoonAsWordComes() throws Exception {
    String serial = issue();
    assertThat(said(node.ask(serial))).isEqualTo(CertificateStatus.GOOD);
    ca.run(() -> ca.service.revoke("admin", serial, RevocationReason.KEY_COMPROMISE));
    node.hear(Kind.CERTIFICATE, serial);

    assertThat(OcspNode.reasonOf(node.ask(serial))).hasValue("1");
    assertThat(OcspNode.reasonOf(node.askWithNonce(serial))).hasValue("1");
  }

  @Test
  void answerWhenNodeWasOutOfTouchThenLooksAgain() throws Exception {
    String serial = issue();
    node.ask(serial);
    ca.run(() -> ca.service.revoke("admin", serial, RevocationReason.UNSPECIFIED));
    node.hear(Kind.EVERYTHING, "");

    assertThat(OcspNode.reasonOf(node.ask(serial))).hasValue("-");
  }

  @Test
  void answerWhenNonceThenRepeatsItAndIsNotKept() throws Exception {
    String serial = issue();
    OcspReply reply = node.askWithNonce(serial);

    assertThat(reply.validity()).isNull();
    assertThat(
            OcspNode.basic(reply)
                .getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce)
                .getParsedValue())
        .hasToString("#07");
    assertThat(
            OcspNode.basic(node.ask(serial)).getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce))
        .isNull();
  }

  @Test
  void answerWhenNeverIssuedThenUnknownAndNotKept() throws Exception {
    assertThat(said(node.ask(NEVER))).isInstanceOf(UnknownStatus.class);
    assertThat(said(node.ask(NEVER))).isInstanceOf(UnknownStatus.class);
    assertThat(node.looks).isEqualTo(2);
    verifies(node.ask(NEVER));
  }

  @Test
  void answerWhenIntentThenUnknownUntilItIsStoredOrGivenUp() throws Exception {
    String signed = "a1";
    String lost = "a2";
    for (String serial : List.of(signed, lost)) {
      ca.run(() -> ca.entityManager.persist(intent(serial, ca.authorities.issuing().ski())));
      assertThat(said(node.ask(serial))).isInstanceOf(UnknownStatus.class);
    }
    ca.run(() -> found(signed).issue(new byte[] {1}));
    ca.run(() -> found(lost).orphan(ca.clock.instant()));

    assertThat(said(node.ask(signed))).isEqualTo(CertificateStatus.GOOD);
    assertThat(OcspNode.reasonOf(node.ask(lost))).hasValue("-");
  }

  @Test
  void answerWhenAnotherAuthorityIssuedTheSerialThenUnknown() throws Exception {
    String serial = "b1";
    ca.run(
        () -> {
          CertificateEntity issued = intent(serial, ca.authorities.root().ski());
          issued.issue(new byte[] {1});
          ca.entityManager.persist(issued);
        });

    assertThat(said(node.ask(serial))).isInstanceOf(UnknownStatus.class);
  }

  @Test
  void answerWhenSeveralThenAllInOne() throws Exception {
    String serial = issue();
    BasicOCSPResp basic = OcspNode.basic(node.ask(serial, NEVER));

    assertThat(basic.getResponses()).hasSize(2);
    assertThat(basic.getResponses()[0].getCertStatus()).isEqualTo(CertificateStatus.GOOD);
    assertThat(basic.getResponses()[1].getCertStatus()).isInstanceOf(UnknownStatus.class);
  }

  @Test
  void answerWhenAuthorityIsNotServedThenUnauthorizedWithoutALook() throws Exception {
    OcspReply root =
        node.service.answer(node.request(ca.authorities.root(), null, NEVER), "192.0.2.1");
    assertThat(root.der()).isEqualTo(OcspFailure.UNAUTHORIZED.der());
    try (CaFixture other = new CaFixture(Path.of(System.getProperty("java.io.tmpdir")), null)) {
      OcspReply stranger =
          node.service.answer(node.request(other.authorities.issuing(), null, NEVER), "192.0.2.1");
      assertThat(OcspNode.status(stranger)).isEqualTo(OCSPResp.UNAUTHORIZED);
      assertThat(stranger.validity()).isNull();
    }
    assertThat(node.looks).isZero();
  }

  @Test
  void answerWhenNoRequestThenMalformedAndAudited() throws Exception {
    OcspReply reply = node.service.answer(new byte[] {1, 2, 3}, "192.0.2.1");
    assertThat(reply.der()).isEqualTo(OcspFailure.MALFORMED_REQUEST.der());
    String[] many = new String[17];
    for (int i = 0; i < many.length; i++) {
      many[i] = Integer.toHexString(i + 1);
    }
    assertThat(OcspNode.status(node.ask(many))).isEqualTo(OCSPResp.MALFORMED_REQUEST);
    assertThat(node.looks).isZero();
    ca.run(node.tally::flush);
    List<String> details =
        ca.in(
            () ->
                ca.entityManager
                    .createQuery(
                        "select a.details from AuditEventEntity a where a.action = 'ocsp.answer'",
                        String.class)
                    .getResultList());
    assertThat(details)
        .anySatisfy(one -> assertThat(one).contains("malformed"))
        .anySatisfy(one -> assertThat(one).contains("too_many_entries"));
  }

  @Test
  void answerWhenThereIsNoResponderYetThenTryLater() throws Exception {
    OcspNode fresh = new OcspNode(ca);
    ca.clock.advance(Duration.ofDays(15));

    assertThat(fresh.ask(NEVER).der()).isEqualTo(OcspFailure.TRY_LATER.der());
  }

  @Test
  void answerWhenResponderIsWithdrawnThenItsAnswersAreNotServedOn() throws Exception {
    String serial = issue();
    String responder = responder(node.ask(serial));
    ca.run(() -> ca.service.revoke("admin", responder, RevocationReason.KEY_COMPROMISE));
    node.hear(Kind.CERTIFICATE, responder);
    assertThat(node.ask(serial).der()).isEqualTo(OcspFailure.TRY_LATER.der());
    node.renewal.run();

    assertThat(responder(node.ask(serial))).isNotEqualTo(responder);
  }

  @Test
  void answerWhenNodeHasReadOfTheWithdrawalBeforeWordComesThenItsAnswersAreNotServedOn()
      throws Exception {
    String serial = issue();
    String responder = responder(node.ask(serial));
    ca.run(() -> ca.service.revoke("admin", responder, RevocationReason.KEY_COMPROMISE));
    node.renewal.run();
    node.hear(Kind.CERTIFICATE, responder);

    assertThat(responder(node.ask(serial))).isNotEqualTo(responder);
  }

  private String issue() throws Exception {
    KeyPair key = CaFixture.newKey();
    return ca.service.issue(CaFixture.order(key)).serial();
  }

  private CertificateEntity intent(String serial, String ski) {
    Instant now = ca.clock.instant();
    return new CertificateEntity(
        new java.math.BigInteger(serial, 16),
        ski,
        "device-client",
        "hg-x",
        "00",
        now,
        now.plus(Duration.ofDays(1)),
        now);
  }

  private CertificateEntity found(String serial) {
    return ca.entityManager
        .createQuery(
            "select c from CertificateEntity c where c.serial = :serial", CertificateEntity.class)
        .setParameter("serial", serial)
        .getSingleResult();
  }

  private static CertificateStatus said(OcspReply reply) throws Exception {
    return OcspNode.basic(reply).getResponses()[0].getCertStatus();
  }

  private static String responder(OcspReply reply) throws Exception {
    return OcspNode.basic(reply).getCerts()[0].getSerialNumber().toString(16);
  }

  private void verifies(OcspReply reply) throws Exception {
    BasicOCSPResp basic = OcspNode.basic(reply);
    assertThat(
            basic.isSignatureValid(
                new JcaContentVerifierProviderBuilder().build(basic.getCerts()[0])))
        .isTrue();
    assertThat(
            basic.getCerts()[0].isSignatureValid(
                new JcaContentVerifierProviderBuilder()
                    .build(ca.authorities.issuing().certificate())))
        .isTrue();
    assertThat(Optional.ofNullable(reply.validity())).isPresent();
  }
}
