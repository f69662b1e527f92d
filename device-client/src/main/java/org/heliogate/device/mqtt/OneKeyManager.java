package org.heliogate.device.mqtt;

import java.security.KeyStore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import org.jspecify.annotations.Nullable;

/** A factory of one given key manager, for a client that takes no other form. */
final class OneKeyManager extends KeyManagerFactory {

  OneKeyManager(KeyManager manager) {
    super(new Given(manager), null, "given");
  }

  private static final class Given extends KeyManagerFactorySpi {

    private final KeyManager manager;

    Given(KeyManager manager) {
      this.manager = manager;
    }

    @Override
    protected void engineInit(@Nullable KeyStore keyStore, char @Nullable [] password) {
      // The key manager is complete as given.
    }

    @Override
    protected void engineInit(ManagerFactoryParameters parameters) {
      // The key manager is complete as given.
    }

    @Override
    protected KeyManager[] engineGetKeyManagers() {
      return new KeyManager[] {manager};
    }
  }
}
