package org.heliogate.hsm.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.heliogate.hsm.ca.CertificateProfile.Purpose;
import org.junit.jupiter.api.Test;

class CertificateProfilesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Schema SCHEMA =
      SchemaRegistry.withDialect(Dialects.getDraft202012())
          .getSchema(text(ProfileDocument.SCHEMA), InputFormat.JSON);

  @Test
  void documentThenKeepsToItsSchema() throws Exception {
    assertThat(SCHEMA.validate(document())).isEmpty();
  }

  @Test
  void schemaWhenProfileIsWrongThenRefusesIt() throws Exception {
    Map<String, Consumer<ObjectNode>> faults = new LinkedHashMap<>();
    faults.put("no version", profile -> profile.remove("version"));
    faults.put("unknown member", profile -> profile.put("keyUsages", "x"));
    faults.put("endless", profile -> profile.put("validity", "P100Y"));
    faults.put("weak RSA", profile -> profile.put("rsaMinimumBits", 1024));
    faults.put("foreign curve", profile -> profile.putArray("keys").add("EC_P521"));
    faults.put("CA bit", profile -> profile.putArray("keyUsage").add("keyCertSign"));
    faults.put("path length", profile -> profile.put("pathLength", 0));
    faults.put("server", profile -> profile.putArray("extendedKeyUsage").add("serverAuth"));
    faults.put("organisation", profile -> profile.putArray("subject").add("O").add("CN"));
    faults.put(
        "no xmppAddr",
        profile ->
            profile
                .putObject("subjectAlternativeNames")
                .putArray("required")
                .add("uniformResourceIdentifier"));
    faults.put("no CRL", profile -> profile.put("crlDistributionPoints", false));
    for (Map.Entry<String, Consumer<ObjectNode>> fault : faults.entrySet()) {
      JsonNode document = document();
      fault.getValue().accept(find(document, "device-client"));
      assertThat(SCHEMA.validate(document)).as(fault.getKey()).isNotEmpty();
    }
  }

  /** Who changes what certificates say gives the profile its next version, and this its digest. */
  @Test
  void versionWhenProfileChangesThenRises() throws Exception {
    Map<String, String> digests = new LinkedHashMap<>();
    for (JsonNode profile : document().path("profiles")) {
      byte[] canonical = JSON.writeValueAsBytes(JSON.treeToValue(profile, java.util.TreeMap.class));
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(canonical);
      digests.put(
          profile.path("name").asText() + "/" + profile.path("version").asInt(),
          HexFormat.of().formatHex(hash, 0, 4));
    }

    assertThat(digests)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "root-ca/1",
                "c6fc6555",
                "ocsp-responder/1",
                "20de6ccb",
                "issuing-ca/1",
                "e3d5f54d",
                "server/1",
                "6ae7a61b",
                "proxy-client/1",
                "75df254b",
                "device-client/1",
                "4939e97d",
                "application-client/1",
                "d5d5f732",
                "device-client-short-lived/1",
                "e462925f",
                "application-client-short-lived/1",
                "e2bd8317"));
  }

  @Test
  void allThenNamesDifferAndClientsHaveShortLivedForms() {
    assertThat(CertificateProfile.all())
        .extracting(CertificateProfile::name)
        .doesNotHaveDuplicates();
    assertThat(CertificateProfile.DEVICE_CLIENT.shortLived().validity())
        .isEqualTo(Duration.ofHours(24));
    assertThat(CertificateProfile.APPLICATION_CLIENT.shortLived().purpose())
        .isEqualTo(Purpose.CLIENT);
    assertThatThrownBy(CertificateProfile.SERVER::shortLived)
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void checkKeyWhenRsaIsTooShortForProfileThenRefuses() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    SubjectPublicKeyInfo key =
        SubjectPublicKeyInfo.getInstance(generator.generateKeyPair().getPublic().getEncoded());

    assertThat(CertificateProfile.DEVICE_CLIENT.checkKey(key)).isEqualTo(KeyType.RSA);
    assertThatThrownBy(() -> CertificateProfile.ISSUING_CA.checkKey(key))
        .isInstanceOf(InvalidCertificationRequestException.class)
        .hasMessageContaining("3072");
  }

  private static ObjectNode find(JsonNode document, String name) {
    for (JsonNode profile : document.path("profiles")) {
      if (profile.path("name").asText().equals(name)) {
        return (ObjectNode) profile;
      }
    }
    throw new AssertionError(name);
  }

  private static JsonNode document() throws Exception {
    return JSON.readTree(text(ProfileDocument.DOCUMENT));
  }

  private static String text(String resource) {
    try (InputStream in = ProfileDocument.class.getResourceAsStream(resource)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
