package org.heliogate.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How {@link ResourceProxyContract} reaches an adapter and its real server. */
abstract class ResourceProxyTestbed {

  /** The pool under test, as a component would see it. */
  protected abstract ResourceProxyConnectionFactory connectionFactory();

  /** A name that was never used before and matches the server's alphabet. */
  protected abstract String freshName();

  /**
   * A right to one resource. Different numbers give different resources, none of which covers
   * another; the number may be any from 1 to 1,000.
   */
  protected abstract Permission right(int number);

  /** A right that covers all of {@link #right(int)}, by a pattern. */
  protected abstract Permission widerRight();

  /** A right that is well-formed for the SPI but never can be enforced by this server. */
  protected abstract Permission impossibleRight();

  /** The credential by which {@link #openSession} logs a principal in without a password. */
  protected abstract Credential credentialOf(String name);

  /**
   * Logs a principal in.
   *
   * @param credential what {@link #credentialOf} gave, or a {@link Credential.Password}
   * @return the session, or null if the server refused the login
   */
  protected abstract @Nullable PrincipalSession openSession(String name, Credential credential);

  /** Gives a principal a right by the server's own means, behind the adapter's back. */
  protected abstract void giveByHand(String name, Permission right);

  /** Removes a principal by the server's own means, behind the adapter's back. */
  protected abstract void removeByHand(String name);

  /** Stops the server and returns once it accepts nobody. */
  protected abstract void stopServer();

  /** Starts the stopped server with the state that it had, and returns once it accepts clients. */
  protected abstract void startServer();

  /** A number of principals that does not fit into one page of {@code listPrincipals}. */
  protected abstract int moreThanOnePage();

  /** The longest that a call may take while the server is down. */
  protected abstract Duration patience();

  /** Puts one state over a connection of its own. */
  protected final PrincipalOutcome put(PrincipalState state) throws ResourceProxyException {
    return putAll(List.of(state)).get(0);
  }

  /** Puts states over a connection of their own. */
  protected final List<PrincipalOutcome> putAll(List<PrincipalState> states)
      throws ResourceProxyException {
    try (ResourceProxyConnection connection = connectionFactory().getConnection()) {
      List<PrincipalOutcome> outcomes = connection.putPrincipals(states);
      assertThat(outcomes).hasSameSizeAs(states);
      return outcomes;
    }
  }

  /** All that the server enforces, by name. */
  protected final Map<String, EnforcedPrincipal> listed() throws ResourceProxyException {
    Map<String, EnforcedPrincipal> all = new HashMap<>();
    try (ResourceProxyConnection connection = connectionFactory().getConnection()) {
      String cursor = null;
      do {
        PrincipalPage page = connection.listPrincipals(cursor);
        page.principals().forEach(principal -> all.put(principal.name(), principal));
        cursor = page.nextCursor();
      } while (cursor != null);
    }
    return all;
  }

  /** One principal that the server enforces; fails if it does not. */
  protected final EnforcedPrincipal listed(String name) throws ResourceProxyException {
    EnforcedPrincipal principal = listed().get(name);
    if (principal == null) {
      throw new AssertionError("the server does not enforce " + name);
    }
    return principal;
  }

  /** A state with the credential of {@link #credentialOf}. */
  protected final PrincipalState present(String name, long generation, Permission... rights) {
    return PrincipalState.present(name, generation, credentialOf(name), Set.of(rights));
  }

  /** Whether a principal can log in by {@link #credentialOf} and use a right. */
  protected final boolean mayUse(String name, Permission right) {
    return mayUse(name, credentialOf(name), right);
  }

  /** Whether a principal can log in and use a right. */
  protected final boolean mayUse(String name, Credential credential, Permission right) {
    try (PrincipalSession session = openSession(name, credential)) {
      return session != null && session.mayUse(right);
    }
  }

  /** Logs in by {@link #credentialOf}; fails if that is refused. */
  protected final PrincipalSession login(String name) {
    return open(name, credentialOf(name));
  }

  /** Logs in; fails if that is refused. */
  protected final PrincipalSession open(String name, Credential credential) {
    PrincipalSession session = openSession(name, credential);
    if (session == null) {
      throw new AssertionError("the server refused the login of " + name);
    }
    return session;
  }

  /** Waits until the server has ended a session. */
  protected static void awaitEnd(PrincipalSession session) {
    await().atMost(Duration.ofSeconds(10)).until(() -> !session.isAlive());
  }

  /** Skips the test if the server offers no passwords. */
  protected final void assumePasswords() {
    assumeTrue(
        connectionFactory().describe().securityProfiles().stream()
            .anyMatch(profile -> profile.type() == SecurityProfile.Type.PASSWORD));
  }

  /** The call fails, in time, and says that waiting can help. */
  protected final void assertFailsInTime(ProxyCall call) {
    long startNanos = System.nanoTime();
    ResourceProxyException failure = catchThrowableOfType(ResourceProxyException.class, call::run);
    Duration elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
    assertThat(failure).isNotNull();
    assertThat(failure.retryable()).isTrue();
    assertThat(elapsed).isLessThan(patience());
  }

  /** A call to the adapter. */
  protected interface ProxyCall {
    void run() throws ResourceProxyException;
  }
}
