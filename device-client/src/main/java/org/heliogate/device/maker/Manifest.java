package org.heliogate.device.maker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.heliogate.device.element.BlankElement;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.state.DurableFile;

/**
 * The maker's manifest: one JSON line a secure element, as the authorization server's bulk load
 * takes it.
 *
 * <p>It holds PINs and OTP secrets, which exist nowhere else outside the elements: the file has
 * mode 600.
 */
final class Manifest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Map<String, String> lines = new LinkedHashMap<>();

  /** Reads the manifest; an absent file is an empty one. */
  Manifest(Path file) {
    this.file = file;
    if (Files.exists(file)) {
      String text =
          new String(DurableFile.read(file, "Check its permissions."), StandardCharsets.UTF_8);
      text.lines().filter(line -> !line.isBlank()).forEach(line -> lines.put(masterId(line), line));
    }
  }

  private String masterId(String line) {
    try {
      JsonNode id = JSON.readTree(line).path("master_id");
      if (id.isTextual()) {
        return id.asText();
      }
    } catch (JsonProcessingException e) {
      // Not passed on as a cause: its message may quote the line, which holds secrets.
      throw damaged();
    }
    throw damaged();
  }

  private ConfigurationException damaged() {
    return new ConfigurationException(
        file + " is no manifest", "Name a file that wams personalise wrote, or a new one.");
  }

  boolean contains(String masterId) {
    return lines.containsKey(masterId);
  }

  void put(
      BlankElement element,
      PublicKey masterKey,
      List<String> workflows,
      Map<String, String> attributes) {
    ObjectNode line = JSON.createObjectNode();
    line.put("master_id", element.masterId());
    line.put("public_key", pem(masterKey));
    line.put("pin", new String(element.pin()));
    line.put("otp_secret", Base64.getEncoder().encodeToString(element.otpSecret()));
    workflows.forEach(workflow -> line.withArray("workflows").add(workflow));
    ObjectNode named = line.putObject("attributes");
    attributes.forEach(named::put);
    lines.put(element.masterId(), line.toString());
  }

  private static String pem(PublicKey key) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
    return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
  }

  void save() {
    DurableFile.write(file, String.join("\n", lines.values()) + "\n");
  }
}
