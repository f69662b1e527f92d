package org.heliogate.device.element;

import java.security.AuthProvider;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import javax.security.auth.login.LoginException;
import org.jspecify.annotations.Nullable;

/** A PKCS#11 token that is logged in; the token itself keeps every change. */
final class Pkcs11Access implements KeyStoreAccess {

  private final Provider provider;
  private final KeyStore keyStore;
  private final String label;

  /** Logs in to the token. */
  Pkcs11Access(Pkcs11Module module, String label, char[] pin) {
    this.provider = module.provider(label);
    this.label = label;
    try {
      this.keyStore = KeyStore.getInstance("PKCS11", provider);
      keyStore.load(null, pin);
    } catch (Exception e) {
      throw ElementFailure.of("opening the token " + label, e);
    }
  }

  @Override
  public Provider provider() {
    return provider;
  }

  @Override
  public char @Nullable [] entryPassword() {
    return null;
  }

  @Override
  public synchronized <T> T read(String doing, Action<T> action) {
    try {
      return action.on(keyStore);
    } catch (Exception e) {
      throw ElementFailure.of(doing, e);
    }
  }

  @Override
  public <T> T change(String doing, Action<T> action) {
    return read(doing, action);
  }

  /**
   * Registers the provider with the JVM, behind all others: Java's TLS looks for the signature
   * algorithm there, whatever provider the key is of.
   */
  @Override
  public void prepareForTls() {
    Security.addProvider(provider);
  }

  /** Logs out, and takes the provider from the JVM again. */
  void close() {
    Security.removeProvider(provider.getName());
    try {
      ((AuthProvider) provider).logout();
    } catch (LoginException e) {
      throw ElementFailure.of("closing the token " + label, e);
    }
  }
}
