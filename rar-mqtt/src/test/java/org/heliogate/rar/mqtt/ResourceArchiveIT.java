package org.heliogate.rar.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.heliogate.spi.ResourceProxyConnection;
import org.jboss.jca.validator.Validation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** The built RAR: what is in it, and what the container's own validator says of it. */
class ResourceArchiveIT {

  private static final File RAR = new File(System.getProperty("heliogate.rar", "missing"));

  @Test
  void contentsWhenBuiltThenAdapterAndPahoAndNothingElse() throws Exception {
    try (JarFile rar = new JarFile(RAR)) {
      List<String> libraries =
          rar.stream()
              .map(entry -> entry.getName().replaceAll("-[0-9].*\\.jar$", ""))
              .filter(name -> !name.startsWith("META-INF"))
              .toList();
      assertThat(libraries).containsExactlyInAnyOrder("rar-mqtt", "org.eclipse.paho.mqttv5.client");
      assertThat(rar.getEntry("META-INF/ra.xml")).isNotNull();
      assertThat(rar.getEntry("META-INF/ironjacamar.xml")).isNull();
    }
  }

  @Test
  void descriptorWhenReadThenPropertiesAreThoseOfTheBean() throws Exception {
    Set<String> described = new TreeSet<>();
    try (JarFile rar = new JarFile(RAR);
        InputStream in = rar.getInputStream(rar.getEntry("META-INF/ra.xml"))) {
      Document descriptor = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);
      NodeList names = descriptor.getElementsByTagName("config-property-name");
      for (int i = 0; i < names.getLength(); i++) {
        described.add(names.item(i).getTextContent());
      }
    }
    Set<String> bean = new TreeSet<>();
    Stream.of(MqttConfiguration.class.getMethods())
        .map(method -> method.getName())
        .filter(name -> name.startsWith("set"))
        .forEach(
            name -> bean.add(name.substring(3, 4).toLowerCase(Locale.ROOT) + name.substring(4)));
    assertThat(described).isEqualTo(bean);
  }

  @Test
  void validateWhenBuiltThenIronJacamarFindsNothingToObject(@TempDir Path directory)
      throws Exception {
    assertThat(objections(RAR.toPath(), directory)).isEmpty();
  }

  @Test
  void validateWhenDescriptorIsWrongThenIronJacamarObjects(@TempDir Path directory)
      throws Exception {
    Path broken = Files.copy(RAR.toPath(), directory.resolve("broken.rar"));
    try (FileSystem rar = FileSystems.newFileSystem(broken)) {
      Path descriptor = rar.getPath("META-INF", "ra.xml");
      Files.writeString(
          descriptor,
          Files.readString(descriptor)
              .replace(
                  MqttManagedConnectionFactory.class.getName(),
                  MqttConnectionFactory.class.getName()));
    }
    assertThat(objections(broken, directory)).isNotEmpty();
  }

  /** What the validator says; it writes a file for each archive that it objects to. */
  private static List<String> objections(Path rar, Path directory) throws Exception {
    Path spi =
        Path.of(
            ResourceProxyConnection.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    Path reports = Files.createDirectory(directory.resolve("reports"));
    int result =
        Validation.validate(rar.toUri().toURL(), reports.toString(), new String[] {spi.toString()});
    List<String> objections = new ArrayList<>();
    try (Stream<Path> files = Files.list(reports)) {
      for (Path file : files.toList()) {
        objections.add(Files.readString(file));
      }
    }
    if (result != 0) {
      objections.add("result " + result);
    }
    return objections;
  }
}
