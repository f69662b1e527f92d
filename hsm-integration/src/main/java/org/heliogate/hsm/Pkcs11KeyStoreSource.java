package org.heliogate.hsm;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A PKCS#11 token, opened through the JDK's SunPKCS11 provider, outside of an application server.
 *
 * <p>The provider is an instance of its own and is not registered in the virtual machine. A PKCS#11
 * library can be initialised once in a process, with the environment of that moment.
 */
public final class Pkcs11KeyStoreSource implements KeyStoreSource {

  private final Provider provider;
  private final Supplier<char[]> pin;
  private final String description;

  /**
   * A token.
   *
   * @param configuration a SunPKCS11 configuration file
   * @param pin gives the user PIN, each time a fresh array that is erased after use
   * @throws HsmUnavailableException if the library cannot be loaded or the slot has no token
   */
  public Pkcs11KeyStoreSource(Path configuration, Supplier<char[]> pin) {
    this.provider = configured(configuration);
    this.pin = pin;
    this.description = "PKCS#11 token " + provider.getName();
  }

  private static Provider configured(Path configuration) {
    Provider unconfigured = Security.getProvider("SunPKCS11");
    if (unconfigured == null) {
      throw new HsmUnavailableException(
          HsmUnavailableException.Reason.TOKEN_ABSENT,
          "this Java has no SunPKCS11 provider; use one with the module jdk.crypto.cryptoki",
          null);
    }
    try {
      return unconfigured.configure(configuration.toString());
    } catch (InvalidParameterException | ProviderException e) {
      throw HsmUnavailableException.of("the PKCS#11 token of " + configuration, e);
    }
  }

  /** The provider of the token's operations. */
  public Provider provider() {
    return provider;
  }

  @Override
  public KeyStore load() throws GeneralSecurityException, IOException {
    KeyStore keyStore = KeyStore.getInstance("PKCS11", provider);
    char[] password = pin.get();
    try {
      keyStore.load(null, password);
    } finally {
      Arrays.fill(password, '\0');
    }
    return keyStore;
  }

  @Override
  public char @Nullable [] keyPassword() {
    return null;
  }

  @Override
  public boolean onToken() {
    return true;
  }

  @Override
  public String description() {
    return description;
  }
}
