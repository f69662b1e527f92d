package org.heliogate.hsm.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.heliogate.fuzz.Cases;
import org.heliogate.fuzz.Chance;
import org.heliogate.fuzz.Mutations;
import org.heliogate.hsm.TestKeys;
import org.junit.jupiter.api.Test;

class CertificationRequestFuzzTest {

  private static final String USERNAME = "hg-abcdefghijklmnopqrstuvwxyz";
  private static final byte[] LENGTHS = {(byte) 0x80, (byte) 0x81, (byte) 0x84, 0, 0x7f, -1};

  @Test
  void parseWhenBytesAreHostileThenRefusedOrTheSameKey() throws Exception {
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    List<byte[]> good = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    for (byte[] der :
        List.of(
            request(TestKeys.newEcKey("secp256r1"), "SHA256withECDSA"),
            request(TestKeys.newEcKey("secp384r1"), "SHA384withECDSA"),
            request(rsa.generateKeyPair(), "SHA256withRSA"))) {
      good.add(der);
      keys.add(CertificationRequest.parse(der, USERNAME).publicKeySha256());
    }
    Cases.each(
        chance -> {
          int which = chance.below(good.size());
          byte[] attack = attack(chance, good.get(which));
          try {
            CertificationRequest request = CertificationRequest.parse(attack, USERNAME);
            assertThat(request.username()).isEqualTo(USERNAME);
            assertThat(request.publicKeySha256()).isEqualTo(keys.get(which));
          } catch (InvalidCertificationRequestException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(300);
          }
        });
  }

  private static byte[] attack(Chance chance, byte[] der) {
    return switch (chance.below(8)) {
      case 0 -> chance.bytes(400);
      case 1 -> nested(chance);
      case 2 -> Arrays.copyOf(der, chance.below(CertificationRequest.MAX_BYTES + 2));
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
    byte[] bytes = new byte[CertificationRequest.MAX_BYTES];
    byte tag = chance.of((byte) 0x30, (byte) 0x31, (byte) 0x24, (byte) 0xa0);
    for (int i = 0; i + 1 < bytes.length; i += 2) {
      bytes[i] = tag;
      bytes[i + 1] = (byte) 0x80;
    }
    return bytes;
  }

  private static byte[] request(KeyPair key, String algorithm) throws Exception {
    return new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=" + USERNAME), key.getPublic())
        .build(new JcaContentSignerBuilder(algorithm).build(key.getPrivate()))
        .getEncoded();
  }
}
