package org.heliogate.rar.mqtt;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.time.Duration;
import org.heliogate.spi.Credential;
import org.heliogate.spi.Permission;
import org.heliogate.spi.PrincipalSession;
import org.heliogate.spi.ResourceProxyConnectionFactory;
import org.heliogate.spi.ResourceProxyContract;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract of every resource adapter, against a real Mosquitto. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MqttResourceProxyIT extends ResourceProxyContract {

  private BrokerFixture fixture;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    fixture = new BrokerFixture(directory);
    fixture.broker.start();
  }

  @AfterAll
  void stop() throws Exception {
    fixture.close();
  }

  @Override
  protected ResourceProxyConnectionFactory connectionFactory() {
    try {
      return fixture.connectionFactory();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Override
  protected String freshName() {
    return BrokerFixture.freshName();
  }

  @Override
  protected Permission right(int number) {
    return Permission.allow("wams/SE-" + number + "/measurements", "publish");
  }

  @Override
  protected Permission widerRight() {
    return Permission.allow("wams/#", "publish");
  }

  @Override
  protected Permission impossibleRight() {
    return Permission.allow("wams/#/measurements", "publish");
  }

  @Override
  protected Credential credentialOf(String name) {
    return new Credential.X509("CN=" + name);
  }

  @Override
  protected @Nullable PrincipalSession openSession(String name, Credential credential) {
    return MqttPrincipalSession.open(fixture.login(name, credential));
  }

  @Override
  protected void giveByHand(String name, Permission right) {
    fixture.command(
        JsonNodeFactory.instance
            .objectNode()
            .put("command", "addRoleACL")
            .put("rolename", name)
            .put("acltype", "publishClientSend")
            .put("topic", right.resource())
            .put("allow", true));
  }

  @Override
  protected void removeByHand(String name) {
    fixture.command(Commands.deleteClient(name));
  }

  @Override
  protected void stopServer() {
    fixture.broker.stop();
  }

  @Override
  protected void startServer() {
    fixture.broker.start();
  }

  @Override
  protected int moreThanOnePage() {
    return PrincipalReader.PAGE_SIZE + 10;
  }

  @Override
  protected Duration patience() {
    return Duration.ofSeconds(6);
  }
}
