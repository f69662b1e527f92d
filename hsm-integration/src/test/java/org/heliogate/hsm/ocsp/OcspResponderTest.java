package org.heliogate.hsm.ocsp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.heliogate.hsm.ca.RevocationReason;
import org.junit.jupiter.api.Test;

class OcspResponderTest {

  private static final Instant NOW = OcspRequests.NOW;
  private static final Instant LATER = NOW.plus(Duration.ofHours(1));

  private final OcspRequests requests = new OcspRequests();

  OcspResponderTest() throws Exception {}

  @Test
  void signThenAnswersEachEntryAndTheDelegateVerifies() throws Exception {
    byte[] nonce = {1, 2, 3};
    OcspRequest request = OcspRequest.parse(requests.about(OcspRequests.SHA256, 1, 2, 3, 4));
    Map<CertificateId, Standing> standings = new LinkedHashMap<>();
    Standing[] all = {
      new Standing.Good(),
      new Standing.Revoked(NOW.minusSeconds(5), RevocationReason.CERTIFICATE_HOLD),
      new Standing.Revoked(NOW, RevocationReason.UNSPECIFIED),
      new Standing.Unknown()
    };
    for (int i = 0; i < all.length; i++) {
      standings.put(request.certificates().get(i), all[i]);
    }
    OCSPResp response =
        new OCSPResp(requests.responder.sign(standings, NOW, LATER, Optional.of(nonce)));

    assertThat(response.getStatus()).isEqualTo(OCSPResp.SUCCESSFUL);
    BasicOCSPResp basic = (BasicOCSPResp) response.getResponseObject();
    X509CertificateHolder delegate = basic.getCerts()[0];
    assertThat(
            delegate.isSignatureValid(
                new JcaContentVerifierProviderBuilder().build(requests.authority)))
        .isTrue();
    assertThat(basic.isSignatureValid(new JcaContentVerifierProviderBuilder().build(delegate)))
        .isTrue();
    assertThat(basic.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce).getParsedValue())
        .hasToString("#010203");
    assertThat(basic.getProducedAt()).isEqualTo(NOW);
    SingleResp[] answers = basic.getResponses();
    assertThat(answers).hasSize(4);
    assertThat(answers[0].getCertID()).isEqualTo(requests.id(OcspRequests.SHA256, 1));
    assertThat(answers[0].getCertStatus()).isEqualTo(CertificateStatus.GOOD);
    assertThat(answers[0].getThisUpdate()).isEqualTo(NOW);
    assertThat(answers[0].getNextUpdate()).isEqualTo(LATER);
    RevokedStatus held = (RevokedStatus) answers[1].getCertStatus();
    assertThat(held.getRevocationReason()).isEqualTo(6);
    assertThat(held.getRevocationTime()).isEqualTo(NOW.minusSeconds(5));
    assertThat(((RevokedStatus) answers[2].getCertStatus()).hasRevocationReason()).isFalse();
    assertThat(answers[3].getCertStatus()).isInstanceOf(UnknownStatus.class);
  }

  @Test
  void failureThenHasItsStatusAndNothingElse() throws Exception {
    assertThat(OcspFailure.MALFORMED_REQUEST.der()).containsExactly(0x30, 3, 0x0a, 1, 1);
    assertThat(OcspFailure.TRY_LATER.der()).containsExactly(0x30, 3, 0x0a, 1, 3);
    assertThat(OcspFailure.UNAUTHORIZED.der()).containsExactly(0x30, 3, 0x0a, 1, 6);
  }
}
