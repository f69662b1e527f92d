package org.heliogate.authz.device.manifest;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The one way to write a secure element's content for hashing: each field with its length, absent
 * ones with length -1, attributes sorted by name. Two contents have one form exactly if they are
 * equal.
 */
final class ContentForm {

  private static final String VERSION = "heliogate secure element 1";

  private ContentForm() {}

  static byte[] of(
      String masterId,
      MasterKey key,
      Secrets secrets,
      List<String> workflows,
      Map<String, String> attributes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      text(out, VERSION);
      text(out, masterId);
      field(out, key.spki());
      text(out, secrets.pin());
      field(out, secrets.otpSecret());
      out.writeInt(workflows.size());
      for (String workflow : workflows) {
        text(out, workflow);
      }
      out.writeInt(attributes.size());
      for (Map.Entry<String, String> attribute : new TreeMap<>(attributes).entrySet()) {
        text(out, attribute.getKey());
        text(out, attribute.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void text(DataOutputStream out, @Nullable String text) throws IOException {
    field(out, text == null ? null : text.getBytes(StandardCharsets.UTF_8));
  }

  private static void field(DataOutputStream out, byte @Nullable [] field) throws IOException {
    out.writeInt(field == null ? -1 : field.length);
    if (field != null) {
      out.write(field);
    }
  }
}
