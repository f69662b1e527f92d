package org.heliogate.hsm;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.Provider;
import java.security.UnrecoverableKeyException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jboss.as.server.CurrentServiceContainer;
import org.jboss.msc.service.ServiceContainer;
import org.jboss.msc.service.ServiceController;
import org.jboss.msc.service.ServiceName;
import org.jspecify.annotations.Nullable;
import org.wildfly.security.credential.PasswordCredential;
import org.wildfly.security.credential.store.CredentialStore;
import org.wildfly.security.credential.store.CredentialStoreException;
import org.wildfly.security.password.interfaces.ClearPassword;

/**
 * The application server's key-store of the Elytron subsystem, found in its service container.
 *
 * <p>The first load takes the key-store as the server opened it. Later ones log in to the token
 * again with the PIN from the credential-store, as the server itself does not; without an alias for
 * it they look the service up again, which helps after an operator's {@code
 * /subsystem=elytron/key-store=NAME:load}.
 */
public final class ElytronKeyStoreSource implements KeyStoreSource {

  private static final ServiceName KEY_STORES =
      ServiceName.of("org", "wildfly", "security", "key-store");
  private static final ServiceName CREDENTIAL_STORES =
      ServiceName.of("org", "wildfly", "security", "credential-store");
  private static final String PKCS11 = "PKCS11";
  private static final String SECURITY_PROPERTIES = "java.security.properties";

  private final String keyStoreName;
  private final String credentialStoreName;
  private final @Nullable String credentialAlias;
  private volatile @Nullable Boolean onToken;
  private volatile boolean loadedOnce;

  /**
   * A key-store of this server.
   *
   * @param keyStoreName name of the {@code key-store} resource, such as {@code heliogate-keys}
   * @param credentialStoreName name of the {@code credential-store} resource, such as {@code
   *     heliogate}
   * @param credentialAlias alias there of the PIN (PKCS#11) or of the keys' password (PKCS#12);
   *     null if there is none, which only PKCS#11 allows
   */
  public ElytronKeyStoreSource(
      String keyStoreName, String credentialStoreName, @Nullable String credentialAlias) {
    this.keyStoreName = Objects.requireNonNull(keyStoreName);
    this.credentialStoreName = Objects.requireNonNull(credentialStoreName);
    this.credentialAlias = credentialAlias;
  }

  @Override
  public KeyStore load() throws GeneralSecurityException, IOException {
    KeyStore served = lookUpKeyStore();
    String alias = credentialAlias;
    if (!onToken() || alias == null || !loadedOnce) {
      loadedOnce = true;
      return served;
    }
    return reopened(served, alias);
  }

  /** The key-store that the server serves cannot be changed; this is another one on its token. */
  @Override
  public KeyStore loadForChange() throws GeneralSecurityException, IOException {
    String alias = credentialAlias;
    if (!onToken() || alias == null) {
      throw new KeyStoreException(
          description() + " can be changed on a token only, with a credential alias for its PIN");
    }
    return reopened(lookUpKeyStore(), alias);
  }

  private KeyStore reopened(KeyStore served, String alias)
      throws GeneralSecurityException, IOException {
    Provider provider = served.getProvider();
    KeyStore reopened =
        provider == null ? KeyStore.getInstance(PKCS11) : KeyStore.getInstance(PKCS11, provider);
    char[] pin = credential(alias);
    try {
      reopened.load(null, pin);
    } finally {
      Arrays.fill(pin, '\0');
    }
    return reopened;
  }

  @Override
  public char @Nullable [] keyPassword() throws GeneralSecurityException {
    if (onToken()) {
      return null;
    }
    String alias = credentialAlias;
    if (alias == null) {
      throw new UnrecoverableKeyException(
          "the software keys of " + description() + " need a credential alias");
    }
    return credential(alias);
  }

  /** While the server has not started the key-store, a token is assumed, which is stricter. */
  @Override
  public boolean onToken() {
    Boolean known = onToken;
    if (known != null) {
      return known;
    }
    try {
      boolean found = lookUpKeyStore().getType().equals(PKCS11);
      onToken = found;
      return found;
    } catch (KeyStoreException e) {
      return true;
    }
  }

  /** The new process gets the security properties that name this server's PKCS#11 provider. */
  @Override
  public Optional<HsmUnavailableException.Reason> lookAfresh(String alias)
      throws GeneralSecurityException, IOException {
    String pinAlias = credentialAlias;
    String properties = System.getProperty(SECURITY_PROPERTIES);
    if (pinAlias == null || properties == null) {
      return KeyStoreSource.super.lookAfresh(alias);
    }
    return FreshProcess.look(
        List.of("-D" + SECURITY_PROPERTIES + "=" + properties), credential(pinAlias), alias);
  }

  @Override
  public String description() {
    return "Elytron key-store " + keyStoreName;
  }

  private KeyStore lookUpKeyStore() throws KeyStoreException {
    ServiceName name = KEY_STORES.append(keyStoreName);
    if (valueOf(name) instanceof KeyStore keyStore) {
      return keyStore;
    }
    throw new KeyStoreException(
        "the server has no started key-store "
            + keyStoreName
            + "; look for its error in the server's log",
        controllerOf(name).map(ServiceController::getStartException).orElse(null));
  }

  private char[] credential(String alias) throws GeneralSecurityException {
    Object value = valueOf(CREDENTIAL_STORES.append(credentialStoreName));
    if (!(value instanceof CredentialStore store)) {
      throw new UnrecoverableKeyException(
          "the server has no started credential-store " + credentialStoreName);
    }
    PasswordCredential credential;
    try {
      credential = store.retrieve(alias, PasswordCredential.class);
    } catch (CredentialStoreException e) {
      throw new UnrecoverableKeyException(
          "alias " + alias + " of credential-store " + credentialStoreName + " cannot be read");
    }
    ClearPassword password =
        credential == null ? null : credential.getPassword(ClearPassword.class);
    if (password == null) {
      throw new UnrecoverableKeyException(
          "credential-store " + credentialStoreName + " has no password under " + alias);
    }
    return password.getPassword().clone();
  }

  private static @Nullable Object valueOf(ServiceName name) {
    return controllerOf(name)
        .filter(controller -> controller.getState() == ServiceController.State.UP)
        .map(ServiceController::getValue)
        .orElse(null);
  }

  /**
   * Not a nullable controller: to a class that is absent from their path, compilers of newer Java
   * versions cannot attach an annotation, and who uses this module does not have it.
   */
  private static Optional<ServiceController<?>> controllerOf(ServiceName name) {
    ServiceContainer container = CurrentServiceContainer.getServiceContainer();
    return container == null
        ? Optional.empty()
        : Optional.<ServiceController<?>>ofNullable(container.getService(name));
  }
}
