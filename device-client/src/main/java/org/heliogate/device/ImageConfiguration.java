package org.heliogate.device;

import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.heliogate.device.element.Pkcs11Module;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.state.DurableFile;
import org.jspecify.annotations.Nullable;

/**
 * The configuration that all devices with the same software image share (D3.4.2 §3.2 step 4):
 * {@code heliogate.properties}.
 *
 * @param issuer property {@code issuer}, the authorization server's base URL
 * @param caFile property {@code ca-file}, the certificates (PEM) that the server's must lead to;
 *     relative to the configuration's directory; {@code ca.pem} by default
 * @param resourceServer property {@code resource-server}, the server that the devices work with;
 *     {@code mqtt} by default
 * @param pkcs11Library property {@code pkcs11.library}; Debian's SoftHSM2 by default
 * @param pkcs11Tool property {@code pkcs11.tool}; {@code pkcs11-tool} by default
 * @param masterPin property {@code pkcs11.master-pin}, which opens every master token and is no
 *     secret; {@code 000000} by default
 */
public record ImageConfiguration(
    URI issuer,
    Path caFile,
    String resourceServer,
    Path pkcs11Library,
    String pkcs11Tool,
    String masterPin) {

  /** The file's usual name. */
  public static final String FILE_NAME = "heliogate.properties";

  private static final URI UNSET = URI.create("https://issuer.invalid");

  /**
   * Reads the configuration.
   *
   * @param file the properties file, UTF-8; where it is absent all has its default
   * @param issuer overrides the file's issuer, {@code null} to keep it
   * @param caFile overrides the file's CA file, {@code null} to keep it
   * @throws ConfigurationException when the file is there but unusable
   */
  public static ImageConfiguration load(Path file, @Nullable URI issuer, @Nullable Path caFile) {
    Properties properties = new Properties();
    if (Files.exists(file)) {
      String text =
          new String(
              DurableFile.read(file, "Check the file's permissions."), StandardCharsets.UTF_8);
      try {
        properties.load(new StringReader(text));
      } catch (IOException | IllegalArgumentException e) {
        throw new ConfigurationException(
            file + " is not a properties file", "Write lines such as issuer=https://…", e);
      }
    }
    try {
      return new ImageConfiguration(
          issuer == null
              ? URI.create(properties.getProperty("issuer", UNSET.toString()).strip())
              : issuer,
          caFile == null
              ? file.toAbsolutePath().resolveSibling(properties.getProperty("ca-file", "ca.pem"))
              : caFile,
          properties.getProperty("resource-server", "mqtt"),
          Path.of(properties.getProperty("pkcs11.library", "/usr/lib/softhsm/libsofthsm2.so")),
          properties.getProperty("pkcs11.tool", "pkcs11-tool"),
          properties.getProperty("pkcs11.master-pin", "000000"));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          file + ": " + e.getMessage(), "Correct the value in the file.", e);
    }
  }

  /**
   * The issuer.
   *
   * @throws ConfigurationException when none is configured
   */
  public URI requiredIssuer() {
    if (issuer.equals(UNSET)) {
      throw new ConfigurationException(
          "the authorization server is not configured",
          "Put a line issuer=https://… into " + FILE_NAME + ", or use --issuer.");
    }
    return issuer;
  }

  /** The PKCS#11 library with the secure elements. */
  public Pkcs11Module pkcs11() {
    return new Pkcs11Module(pkcs11Library, pkcs11Tool, masterPin);
  }
}
