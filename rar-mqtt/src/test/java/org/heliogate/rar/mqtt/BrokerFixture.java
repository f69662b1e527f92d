package org.heliogate.rar.mqtt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.heliogate.spi.Credential;
import org.heliogate.spi.ResourceProxyConnectionFactory;
import org.jspecify.annotations.Nullable;

/** A broker with its PKI, the adapter's factory for it, and ways around the adapter. */
final class BrokerFixture implements AutoCloseable {

  static final String PROXY = "heliogate-proxy";
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final SecureRandom RANDOM = new SecureRandom();

  final TestPki pki;
  final MosquittoProcess broker;
  final MqttManagedConnectionFactory factory;
  final SmallPool pool;

  BrokerFixture(Path directory) throws Exception {
    pki = new TestPki(directory);
    broker = new MosquittoProcess(directory, pki);
    factory = newFactory();
    pool = new SmallPool(SmallPool.signOn(factory, PROXY, TestPki.PASSWORD));
  }

  /** A factory with the proxy's own configuration. */
  MqttManagedConnectionFactory newFactory() throws Exception {
    MqttManagedConnectionFactory made = new MqttManagedConnectionFactory();
    made.setServerUri("ssl://localhost:" + broker.x509Port());
    made.setKeyStore(pki.clientStore(PROXY).toString());
    made.setTrustStore(pki.file("trust.p12").toString());
    made.setRequestTimeoutMillis(3_000);
    made.setX509Uri("mqtts://localhost:" + broker.x509Port());
    made.setPasswordUri("mqtts://localhost:" + broker.passwordPort());
    return made;
  }

  ResourceProxyConnectionFactory connectionFactory() throws Exception {
    return (ResourceProxyConnectionFactory) factory.createConnectionFactory(pool);
  }

  static String freshName() {
    StringBuilder name = new StringBuilder("hg-");
    RANDOM.ints(26, 0, ALPHABET.length()).forEach(i -> name.append(ALPHABET.charAt(i)));
    return name.toString();
  }

  /** How a principal logs in: by certificate, or by password at the other listener. */
  MqttPrincipalSession.Login login(String name, Credential credential) {
    return credential instanceof Credential.Password password
        ? new MqttPrincipalSession.Login(
            broker.passwordPort(), pki.context(null), name, password.secret())
        : new MqttPrincipalSession.Login(broker.x509Port(), pki.context(name), null, null);
  }

  @Nullable MqttPrincipalSession open(String name) {
    return MqttPrincipalSession.open(login(name, Credential.none()));
  }

  /** Sends a command to the plugin as an operator would, and expects it to succeed. */
  JsonNode command(ObjectNode command) {
    try (BrokerLink link = openLink()) {
      JsonNode reply = link.request(List.of(command)).get(0);
      if (reply.has("error")) {
        throw new AssertionError(reply.toString());
      }
      return reply;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** A link of its own, with the proxy's sign-on. */
  BrokerLink openLink() throws Exception {
    SignOn signOn = new SignOn(PROXY, TestPki.PASSWORD.toCharArray());
    return BrokerLink.open(factory.settings(), signOn, reason -> pool.size());
  }

  @Override
  public void close() throws Exception {
    pool.flush();
    broker.close();
  }
}
