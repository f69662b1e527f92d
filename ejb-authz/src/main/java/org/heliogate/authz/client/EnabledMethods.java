package org.heliogate.authz.client;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.heliogate.authz.platform.Settings;

/** The client authentication methods that this installation takes at all. */
@ApplicationScoped
public class EnabledMethods {

  private final Set<AuthenticationMethod> enabled;

  /**
   * All methods but those that the settings switch off.
   *
   * @throws IllegalStateException if the settings name a method that there is not, or switch off
   *     all
   */
  @Inject
  public EnabledMethods(Settings settings) {
    Set<AuthenticationMethod> left = EnumSet.allOf(AuthenticationMethod.class);
    for (String name : settings.disabledClientAuthentication()) {
      left.remove(
          AuthenticationMethod.of(name)
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "there is no client authentication method " + name + " to switch off")));
    }
    if (left.isEmpty()) {
      throw new IllegalStateException("at least one client authentication method must stay on");
    }
    this.enabled = Collections.unmodifiableSet(left);
  }

  /** The methods, in the order of their declaration. */
  public Set<AuthenticationMethod> all() {
    return enabled;
  }

  /** Whether a client may use it, if it is registered for it. */
  public boolean contains(AuthenticationMethod method) {
    return enabled.contains(method);
  }

  /** Their registered names, for people. */
  public String names() {
    return enabled.stream().map(AuthenticationMethod::wireName).collect(Collectors.joining(" "));
  }
}
