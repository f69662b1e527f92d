package org.heliogate.hsm.ca;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.heliogate.hsm.ca.CertificateProfile.Purpose;

/**
 * The reader of {@code certificate-profiles.json}. The document is part of the build, whose tests
 * hold it against its schema; so what is wrong here is a defect of the build.
 */
final class ProfileDocument {

  static final String DOCUMENT = "certificate-profiles.json";
  static final String SCHEMA = "certificate-profiles.schema.json";

  private ProfileDocument() {}

  static List<CertificateProfile> read() {
    try (InputStream in = ProfileDocument.class.getResourceAsStream(DOCUMENT)) {
      JsonNode document = new ObjectMapper().readTree(Objects.requireNonNull(in));
      List<CertificateProfile> profiles = new ArrayList<>();
      document.path("profiles").forEach(profile -> profiles.add(profile(profile)));
      return List.copyOf(profiles);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CertificateProfile profile(JsonNode node) {
    JsonNode names = node.path("subjectAlternativeNames");
    JsonNode access = node.path("authorityInformationAccess");
    return new CertificateProfile(
        node.path("name").asText(),
        node.path("version").asInt(),
        Purpose.valueOf(node.path("purpose").asText().replace('-', '_').toUpperCase(Locale.ROOT)),
        Duration.parse(node.path("validity").asText()),
        terms(node.path("keys"), KeyType.values(), KeyType::name),
        node.path("rsaMinimumBits").asInt(),
        node.has("pathLength")
            ? OptionalInt.of(node.path("pathLength").asInt())
            : OptionalInt.empty(),
        terms(node.path("subject"), SubjectAttribute.values(), SubjectAttribute::name),
        terms(names.path("required"), NameForm.values(), NameForm::standardName),
        terms(names.path("oneOf"), NameForm.values(), NameForm::standardName),
        terms(node.path("keyUsage"), KeyUse.values(), KeyUse::standardName),
        extendedKeyUsage(node.path("extendedKeyUsage")),
        texts(access).contains("caIssuers"),
        texts(access).contains("ocsp"),
        node.path("crlDistributionPoints").asBoolean(),
        node.path("noCheck").asBoolean());
  }

  private static Optional<ExtendedKeyUse> extendedKeyUsage(JsonNode node) {
    return terms(node, ExtendedKeyUse.values(), ExtendedKeyUse::standardName).stream().findFirst();
  }

  private static <T> Set<T> terms(JsonNode node, T[] known, Function<T, String> name) {
    Set<T> terms = new HashSet<>();
    for (String text : texts(node)) {
      terms.add(
          Arrays.stream(known)
              .filter(term -> name.apply(term).equals(text))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("unknown in a profile: " + text)));
    }
    return terms;
  }

  private static List<String> texts(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false).map(JsonNode::asText).toList();
  }
}
