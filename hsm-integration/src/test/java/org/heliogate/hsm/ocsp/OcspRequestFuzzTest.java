package org.heliogate.hsm.ocsp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.heliogate.fuzz.Cases;
import org.heliogate.fuzz.Chance;
import org.heliogate.fuzz.Mutations;
import org.junit.jupiter.api.Test;

class OcspRequestFuzzTest {

  private static final byte[] LENGTHS = {(byte) 0x80, (byte) 0x81, (byte) 0x84, 0, 0x7f, -1};

  @Test
  void parseWhenBytesAreHostileThenRefusedOrAnswerable() throws Exception {
    OcspRequests requests = new OcspRequests();
    List<byte[]> good =
        List.of(
            requests.about(OcspRequests.SHA1, 77),
            requests.about(
                new AlgorithmIdentifier(OcspRequests.SHA1.getAlgorithm(), DERNull.INSTANCE), 77),
            requests.about(OcspRequests.SHA256, 1, 2, 3),
            requests.withNonce(new byte[16]),
            requests.withEntryExtension(false),
            requests.signed());
    // What is signed does not matter here, and a signature each would take most of the time.
    OcspResponder responder =
        new OcspResponder(requests.responder.certificate(), tbs -> new byte[8]);
    Cases.each(
        chance -> {
          byte[] attack = attack(chance, good.get(chance.below(good.size())));
          try {
            OcspRequest request = OcspRequest.parse(attack);
            assertThat(request.certificates()).hasSizeBetween(1, OcspRequest.MAX_ENTRIES);
            request
                .nonce()
                .ifPresent(nonce -> assertThat(nonce).hasSizeBetween(1, OcspRequest.MAX_NONCE));
            Map<CertificateId, Standing> standings = new LinkedHashMap<>();
            request.certificates().forEach(id -> standings.put(id, new Standing.Unknown()));
            byte[] answer =
                responder.sign(standings, OcspRequests.NOW, OcspRequests.NOW, Optional.empty());
            assertThat(new OCSPResp(answer).getStatus()).isZero();
          } catch (InvalidOcspRequestException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(200);
          }
        });
  }

  private static byte[] attack(Chance chance, byte[] der) {
    return switch (chance.below(8)) {
      case 0 -> chance.bytes(400);
      case 1 -> nested(chance);
      case 2 -> Arrays.copyOf(der, chance.below(OcspRequest.MAX_BYTES + 2));
      case 3 -> withByte(chance, der, LENGTHS[chance.below(LENGTHS.length)]);
      case 4 ->
          withByte(chance, der, (byte) (der[chance.below(der.length)] ^ 1 << chance.below(8)));
      default -> Mutations.bytes(chance, der);
    };
  }

  private static byte[] withByte(Chance chance, byte[] der, byte value) {
    byte[] changed = der.clone();
    changed[chance.below(changed.length)] = value;
    return changed;
  }

  /** Sequences, sets or strings of indefinite length, one in the other. */
  private static byte[] nested(Chance chance) {
    byte[] bytes = new byte[OcspRequest.MAX_BYTES];
    byte tag = chance.of((byte) 0x30, (byte) 0x31, (byte) 0x24, (byte) 0xa0);
    for (int i = 0; i + 1 < bytes.length; i += 2) {
      bytes[i] = tag;
      bytes[i + 1] = (byte) 0x80;
    }
    return bytes;
  }
}
