package org.heliogate.authz.device.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.heliogate.authz.resource.NameSyntax;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link SecureElementRecord} of a line's members: {@code master_id}, {@code public_key},
 * {@code pin}, {@code otp_secret}, {@code workflows}, {@code attributes}. The first two are needed;
 * null stands for absent in the others.
 */
final class ElementMembers {

  static final Set<String> NAMES =
      Set.of("master_id", "public_key", "pin", "otp_secret", "workflows", "attributes");

  private static final int MAX_WORKFLOWS = 32;
  private static final int MAX_ATTRIBUTES = 64;
  private static final int MAX_ATTRIBUTE_LENGTH = 256;
  private static final int MIN_OTP_SECRET_BYTES = 16;
  private static final int MAX_OTP_SECRET_BYTES = 64;
  private static final Pattern PIN = Pattern.compile("[\\x21-\\x7E]{4,16}");
  private static final Pattern SHOWABLE = Pattern.compile("[a-z][a-z_]{0,31}");

  private final JsonLines json;
  private final Function<byte[], byte[]> keyedHash;

  ElementMembers(JsonLines json, Function<byte[], byte[]> keyedHash) {
    this.json = json;
    this.keyedHash = keyedHash;
  }

  SecureElementRecord read(ObjectNode line) throws FaultyLineException {
    for (Map.Entry<String, JsonNode> member : line.properties()) {
      if (!NAMES.contains(member.getKey())) {
        boolean showable = SHOWABLE.matcher(member.getKey()).matches();
        throw new FaultyLineException("unknown member" + (showable ? " " + member.getKey() : ""));
      }
    }
    String masterId = text(line, "master_id");
    if (!NameSyntax.IDENTIFIER.matches(masterId)) {
      throw new FaultyLineException(
          (masterId == null ? "master_id is missing" : "master_id is malformed")
              + "; it must match "
              + NameSyntax.IDENTIFIER.pattern());
    }
    MasterKey key = key(line.get("public_key"));
    Secrets secrets = new Secrets(pin(text(line, "pin")), otpSecret(text(line, "otp_secret")));
    List<String> workflows = workflows(line.get("workflows"));
    Map<String, String> attributes = attributes(line.get("attributes"));
    String id = String.valueOf(masterId);
    byte[] content = ContentForm.of(id, key, secrets, workflows, attributes);
    return new SecureElementRecord(
        id, key, secrets, workflows, attributes, keyedHash.apply(content));
  }

  private MasterKey key(@Nullable JsonNode node) throws FaultyLineException {
    if (node == null || node.isNull()) {
      throw new FaultyLineException("public_key is missing");
    }
    if (node.isObject()) {
      return MasterKey.ofJwk(node);
    }
    if (!node.isTextual()) {
      throw new FaultyLineException("public_key is neither a text nor an object");
    }
    String text = node.textValue();
    if (text.stripLeading().startsWith("{")) {
      try {
        return MasterKey.ofJwk(json.object(text.getBytes(StandardCharsets.UTF_8)));
      } catch (JsonLines.NoJsonException e) {
        throw new FaultyLineException("public_key is not a valid JWK");
      }
    }
    return MasterKey.ofPem(text);
  }

  private static @Nullable String pin(@Nullable String pin) throws FaultyLineException {
    if (pin != null && !PIN.matcher(pin).matches()) {
      throw new FaultyLineException("pin is not 4 to 16 visible ASCII characters");
    }
    return pin;
  }

  private static byte @Nullable [] otpSecret(@Nullable String base64) throws FaultyLineException {
    if (base64 == null) {
      return null;
    }
    byte[] secret;
    try {
      secret = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new FaultyLineException("otp_secret is not base64");
    }
    if (secret.length < MIN_OTP_SECRET_BYTES || secret.length > MAX_OTP_SECRET_BYTES) {
      throw new FaultyLineException(
          "otp_secret has not "
              + (MIN_OTP_SECRET_BYTES + " to " + MAX_OTP_SECRET_BYTES + " bytes"));
    }
    return secret;
  }

  private static List<String> workflows(@Nullable JsonNode node) throws FaultyLineException {
    if (node == null || node.isNull()) {
      return List.of();
    }
    if (!node.isArray() || node.size() > MAX_WORKFLOWS) {
      throw new FaultyLineException("workflows is not a list of at most " + MAX_WORKFLOWS);
    }
    Set<String> names = new LinkedHashSet<>();
    for (JsonNode name : node) {
      if (!name.isTextual() || !NameSyntax.LABEL.matches(name.textValue())) {
        throw new FaultyLineException(
            "workflows has an entry that does not match " + NameSyntax.LABEL.pattern());
      }
      if (!names.add(name.textValue())) {
        throw new FaultyLineException("workflows has an entry twice");
      }
    }
    return new ArrayList<>(names);
  }

  private static Map<String, String> attributes(@Nullable JsonNode node)
      throws FaultyLineException {
    if (node == null || node.isNull()) {
      return Map.of();
    }
    if (!node.isObject() || node.size() > MAX_ATTRIBUTES) {
      throw new FaultyLineException(
          "attributes is not an object with at most " + MAX_ATTRIBUTES + " members");
    }
    Map<String, String> attributes = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> attribute : node.properties()) {
      JsonNode value = attribute.getValue();
      if (!NameSyntax.IDENTIFIER.matches(attribute.getKey())) {
        throw new FaultyLineException(
            "attributes has a name that does not match " + NameSyntax.IDENTIFIER.pattern());
      }
      if (!value.isTextual()
          || value.textValue().length() > MAX_ATTRIBUTE_LENGTH
          || !value.textValue().codePoints().allMatch(ElementMembers::isWhole)) {
        throw new FaultyLineException(
            "attributes has a value that is no text, is longer than "
                + (MAX_ATTRIBUTE_LENGTH + " characters or has a control character or half a one"));
      }
      attributes.put(attribute.getKey(), value.textValue());
    }
    return attributes;
  }

  private static boolean isWhole(int code) {
    return !Character.isISOControl(code) && Character.getType(code) != Character.SURROGATE;
  }

  private static @Nullable String text(ObjectNode line, String member) throws FaultyLineException {
    JsonNode node = line.get(member);
    if (node == null || node.isNull()) {
      return null;
    }
    if (!node.isTextual()) {
      throw new FaultyLineException(member + " is not a text");
    }
    return node.textValue();
  }
}
