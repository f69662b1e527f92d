package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.util.Base64;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.heliogate.it.fixture.Csr;
import org.heliogate.it.fixture.DeviceClient;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Issued;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.TestDevice;
import org.heliogate.it.fixture.Uma;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad certification requests: each is refused, leaves no certificate and spends no ticket. */
class CsrIT {

  private static final KeyPair OTHER = Csr.key("secp256r1");
  private final Instance instance = Instance.current();

  static Stream<Named<BiFunction<String, KeyPair, String>>> faults() {
    return Stream.of(
        Named.of("another CN", (name, key) -> Csr.of("hg-" + "a".repeat(26), key)),
        Named.of(
            "CN in capitals", (name, key) -> Csr.of(name.toUpperCase(java.util.Locale.ROOT), key)),
        Named.of("an extra RDN", (name, key) -> Csr.withSubject("CN=" + name + ",O=Grid", key)),
        Named.of("a domain component", (name, key) -> Csr.withSubject("DC=x,CN=" + name, key)),
        Named.of("two CNs", (name, key) -> Csr.withSubject("CN=" + name + ",CN=" + name, key)),
        Named.of("a multi-valued RDN", (name, key) -> Csr.withSubject("CN=" + name + "+OU=x", key)),
        Named.of("an empty subject", (name, key) -> Csr.withSubject("", key)),
        Named.of("a bad signature", (name, key) -> Csr.signedByAnother(name, key, OTHER)),
        Named.of("RSA of 1024 bits", (name, key) -> Csr.of(name, Csr.rsa(1024))),
        Named.of("a curve of 192 bits", (name, key) -> Csr.of(name, Csr.key("secp192r1"))),
        Named.of("a curve of 224 bits", (name, key) -> Csr.of(name, Csr.key("secp224r1"))),
        Named.of("another curve of 256 bits", (name, key) -> Csr.of(name, Csr.key("secp256k1"))),
        Named.of("a CA's", Csr::forAuthority),
        Named.of("trailing bytes", (name, key) -> withTail(Csr.of(name, key))),
        Named.of("cut off", (name, key) -> Csr.of(name, key).substring(0, 80)),
        Named.of("PEM", (name, key) -> "-----BEGIN CERTIFICATE REQUEST-----" + Csr.of(name, key)),
        Named.of("no base64", (name, key) -> "%%%"),
        Named.of("no ASN.1", (name, key) -> Csr.base64(Names.bytes(300))),
        Named.of("too long", (name, key) -> Csr.base64(Names.bytes(20_000))));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void csrWhenFaultyThenRefusedAndTheTicketIsNotSpent(BiFunction<String, KeyPair, String> fault) {
    DeviceClient client = TestDevice.loaded(instance).bootstrapped();
    Uma uma = client.uma();
    KeyPair key = Csr.key("secp256r1");
    String name = uma.username();
    String ticket = uma.ticket();
    uma.redeem(ticket, Map.of("csr", fault.apply(name, key))).refused(400, "invalid_request");
    assertThat(instance.admin().list("certificates?client_id=" + client.clientId())).isEmpty();

    Reply good = uma.redeemPatiently(ticket, Map.of("csr", Csr.of(name, key))).expect(200);
    assertThat(good.json().path("credentials").path("username").asText()).isEqualTo(name);
    assertThat(instance.admin().list("certificates?client_id=" + client.clientId())).hasSize(1);
  }

  @org.junit.jupiter.api.Test
  void csrWhenKeyIsStrongThenAccepted() {
    for (KeyPair key : new KeyPair[] {Csr.key("secp384r1"), Csr.rsa(3072)}) {
      Issued issued = TestDevice.loaded(instance).bootstrapped().uma().certificate(key);
      assertThat(issued.certificate().getPublicKey().getEncoded())
          .isEqualTo(key.getPublic().getEncoded());
    }
  }

  private static String withTail(String csr) {
    byte[] der = Base64.getDecoder().decode(csr);
    return Csr.base64(java.util.Arrays.copyOf(der, der.length + 4));
  }
}
