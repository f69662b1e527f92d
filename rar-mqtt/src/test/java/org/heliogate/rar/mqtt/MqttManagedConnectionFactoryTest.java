package org.heliogate.rar.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.resource.spi.IllegalStateException;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.SecurityException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.function.Consumer;
import javax.security.auth.Subject;
import org.heliogate.spi.ResourceServerDescription;
import org.heliogate.spi.SecurityProfile;
import org.junit.jupiter.api.Test;

class MqttManagedConnectionFactoryTest {

  private static final List<Consumer<MqttManagedConnectionFactory>> CHANGES =
      List.of(
          f -> f.setServerUri("ssl://other:1"),
          f -> f.setKeyStore("other"),
          f -> f.setKeyStoreType("JKS"),
          f -> f.setTrustStore("other"),
          f -> f.setTrustStoreType("PEM"),
          f -> f.setTrustStorePasswordFile("other"),
          f -> f.setClientIdPrefix("other"),
          f -> f.setRequestTimeoutMillis(1_234),
          f -> f.setKeepAliveSeconds(7),
          f -> f.setX509Uri("mqtts://other:1"),
          f -> f.setPasswordUri("mqtts://other:2"));

  @Test
  void equalsWhenConfiguredEquallyThenEqualAndOtherwiseNot() {
    assertThat(configured()).isEqualTo(configured()).hasSameHashCodeAs(configured());
    for (Consumer<MqttManagedConnectionFactory> change : CHANGES) {
      MqttManagedConnectionFactory changed = configured();
      change.accept(changed);
      assertThat(changed).isNotEqualTo(configured());
    }
  }

  @Test
  void serializationWhenReadBackThenEqual() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(configured());
      out.writeObject(configured().createConnectionFactory());
      out.writeObject(new MqttResourceAdapter());
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(configured());
      assertThat(in.readObject()).isInstanceOf(MqttConnectionFactory.class);
      assertThat(in.readObject()).isEqualTo(new MqttResourceAdapter());
    }
  }

  @Test
  void createConnectionFactoryWhenConfigurationIsUnusableThenInvalidProperty() {
    List<Consumer<MqttManagedConnectionFactory>> faults =
        List.of(
            f -> f.setServerUri(null),
            f -> f.setServerUri("tcp://localhost:1883"),
            f -> f.setServerUri("ssl://localhost"),
            f -> f.setServerUri("ssl://user:password@localhost:8883"),
            f -> f.setTrustStore(""),
            f -> f.setClientIdPrefix(""),
            f -> f.setRequestTimeoutMillis(99),
            f -> f.setKeepAliveSeconds(0),
            f -> {
              f.setX509Uri("");
              f.setPasswordUri(null);
            });
    for (Consumer<MqttManagedConnectionFactory> fault : faults) {
      MqttManagedConnectionFactory factory = configured();
      fault.accept(factory);
      assertThatExceptionOfType(InvalidPropertyException.class)
          .isThrownBy(factory::createConnectionFactory);
    }
  }

  @Test
  void descriptionWhenOneUriIsEmptyThenThatProfileIsNotOffered() throws Exception {
    MqttManagedConnectionFactory factory = configured();
    factory.setPasswordUri("");
    ResourceServerDescription description = factory.description();
    assertThat(description.type()).isEqualTo("mqtt");
    assertThat(description.scopes()).containsExactlyInAnyOrder("publish", "subscribe");
    assertThat(description.securityProfiles())
        .extracting(SecurityProfile::type)
        .containsExactly(SecurityProfile.Type.X509);
  }

  @Test
  void createManagedConnectionWhenNoCredentialsThenSecurityException() {
    MqttManagedConnectionFactory factory = configured();
    assertThatExceptionOfType(SecurityException.class)
        .isThrownBy(() -> factory.createManagedConnection(new Subject(), null));
    assertThatExceptionOfType(SecurityException.class)
        .isThrownBy(() -> factory.createManagedConnection(null, null));
    MqttManagedConnectionFactory other = configured();
    other.setClientIdPrefix("other");
    assertThatExceptionOfType(SecurityException.class)
        .isThrownBy(() -> factory.createManagedConnection(SmallPool.signOn(other, "u", "p"), null));
  }

  @Test
  void setResourceAdapterWhenAnotherThenIllegalState() throws Exception {
    MqttManagedConnectionFactory factory = configured();
    MqttResourceAdapter adapter = new MqttResourceAdapter();
    factory.setResourceAdapter(adapter);
    factory.setResourceAdapter(adapter);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> factory.setResourceAdapter(new MqttResourceAdapter()));
  }

  @Test
  void signOnWhenPrintedThenHidesPasswordAndComparesIt() {
    SignOn signOn = new SignOn("u", "hunter2".toCharArray());
    assertThat(signOn.toString()).doesNotContain("hunter2");
    assertThat(signOn)
        .isEqualTo(new SignOn("u", "hunter2".toCharArray()))
        .isNotEqualTo(new SignOn("u", "hunter3".toCharArray()))
        .isNotEqualTo(new SignOn("v", "hunter2".toCharArray()));
  }

  private static MqttManagedConnectionFactory configured() {
    MqttManagedConnectionFactory factory = new MqttManagedConnectionFactory();
    factory.setServerUri("ssl://localhost:8883");
    factory.setTrustStore("trust.p12");
    factory.setX509Uri("mqtts://localhost:8883");
    factory.setPasswordUri("mqtts://localhost:8884");
    return factory;
  }
}
