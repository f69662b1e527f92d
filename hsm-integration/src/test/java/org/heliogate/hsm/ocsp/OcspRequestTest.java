package org.heliogate.hsm.ocsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.heliogate.hsm.ocsp.InvalidOcspRequestException.Reason;
import org.junit.jupiter.api.Test;

class OcspRequestTest {

  private final OcspRequests requests = new OcspRequests();

  OcspRequestTest() throws Exception {}

  @Test
  void parseWhenOneEntryThenNamesTheAuthorityByEitherHash() throws Exception {
    for (AlgorithmIdentifier hash :
        new AlgorithmIdentifier[] {OcspRequests.SHA1, OcspRequests.SHA256}) {
      OcspRequest request = OcspRequest.parse(requests.about(hash, 77));

      assertThat(request.nonce()).isEmpty();
      assertThat(request.certificates()).hasSize(1);
      CertificateId id = request.certificates().get(0);
      assertThat(IssuerHash.of(requests.authority)).contains(id.issuer());
      assertThat(id.serial()).isEqualTo(BigInteger.valueOf(77));
      assertThat(id.serialText()).isEqualTo("4d");
    }
  }

  @Test
  void parseWhenNullParametersThenAnotherIdOfTheSameAuthority() throws Exception {
    CertificateId without =
        OcspRequest.parse(requests.about(OcspRequests.SHA1, 77)).certificates().get(0);
    AlgorithmIdentifier nulled =
        new AlgorithmIdentifier(OcspRequests.SHA1.getAlgorithm(), DERNull.INSTANCE);
    CertificateId with = OcspRequest.parse(requests.about(nulled, 77)).certificates().get(0);

    assertThat(with).isNotEqualTo(without);
    assertThat(with.issuer()).isEqualTo(without.issuer());
  }

  @Test
  void parseWhenNonceOf1To32OctetsThenKeepsIt() throws Exception {
    for (int length : new int[] {1, 16, 32}) {
      byte[] nonce = new byte[length];
      Arrays.fill(nonce, (byte) 7);
      assertThat(OcspRequest.parse(requests.withNonce(nonce)).nonce()).hasValue(nonce);
    }
  }

  @Test
  void parseWhenNonceIsEmptyOrLongerOrNoOctetStringThenRefuses() throws Exception {
    refused(requests.withNonce(new byte[0]), Reason.NONCE);
    refused(requests.withNonce(new byte[33]), Reason.NONCE);
    refused(
        requests.with(
            new Extension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, new byte[] {5, 0})),
        Reason.NONCE);
  }

  @Test
  void parseWhenSignedThenTheSignatureDoesNotMatter() throws Exception {
    assertThat(OcspRequest.parse(requests.signed()).certificates()).hasSize(1);
  }

  @Test
  void parseWhenExtensionIsUnknownThenMattersOnlyIfCritical() throws Exception {
    ASN1ObjectIdentifier unknown = new ASN1ObjectIdentifier("1.2.3.4");
    assertThat(
            OcspRequest.parse(requests.with(new Extension(unknown, false, new byte[] {5, 0})))
                .certificates())
        .hasSize(1);
    refused(
        requests.with(new Extension(unknown, true, new byte[] {5, 0})), Reason.CRITICAL_EXTENSION);
    assertThat(OcspRequest.parse(requests.withEntryExtension(false)).certificates()).hasSize(1);
    refused(requests.withEntryExtension(true), Reason.CRITICAL_EXTENSION);
  }

  @Test
  void parseWhenTooManyEntriesThenRefuses() throws Exception {
    long[] most = LongStream.rangeClosed(1, OcspRequest.MAX_ENTRIES).toArray();
    assertThat(OcspRequest.parse(requests.about(OcspRequests.SHA1, most)).certificates())
        .hasSize(OcspRequest.MAX_ENTRIES);
    refused(
        requests.about(
            OcspRequests.SHA1, LongStream.rangeClosed(0, OcspRequest.MAX_ENTRIES).toArray()),
        Reason.TOO_MANY_ENTRIES);
    refused(
        requests.about(OcspRequests.SHA1, LongStream.range(0, 3000).toArray()), Reason.TOO_LARGE);
    refused(requests.about(OcspRequests.SHA1), Reason.NO_ENTRY);
  }

  @Test
  void parseWhenNoRequestThenRefuses() throws Exception {
    byte[] good = requests.about(OcspRequests.SHA1, 77);
    refused(new byte[0], Reason.MALFORMED);
    refused(new byte[] {0x30, 0}, Reason.MALFORMED);
    refused(new byte[] {5, 0}, Reason.MALFORMED);
    refused(Arrays.copyOf(good, good.length + 1), Reason.MALFORMED);
    refused(Arrays.copyOf(good, good.length - 1), Reason.MALFORMED);
  }

  private static void refused(byte[] der, Reason reason) {
    assertThatThrownBy(() -> OcspRequest.parse(der))
        .isInstanceOfSatisfying(
            InvalidOcspRequestException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
