package org.heliogate.rest.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.ClientKeys;
import org.heliogate.authz.client.InvalidKeysException;
import org.heliogate.authz.error.RequestException.Fault;
import org.jspecify.annotations.Nullable;

/**
 * By what a client shall prove who it is: the methods, and what they need.
 *
 * @param methods at least one
 * @param keys for {@code private_key_jwt}, otherwise null
 * @param tlsSubjectDn for {@code tls_client_auth}; null for the default
 */
record ClientProofs(
    Set<AuthenticationMethod> methods, @Nullable ClientKeys keys, @Nullable String tlsSubjectDn) {

  private static final int MAX_SUBJECT = 1024;

  /**
   * Checks what an operator asks for.
   *
   * @param names the methods' names; null for {@code client_secret_basic} (RFC 7591 §2)
   * @param offered the methods that are not switched off
   * @param faults where all that is wrong goes
   */
  static ClientProofs checked(
      @Nullable List<@Nullable String> names,
      @Nullable JsonNode jwks,
      @Nullable String tlsSubjectDn,
      Set<AuthenticationMethod> offered,
      List<Fault> faults) {
    Set<AuthenticationMethod> methods = methods(names, offered, faults);
    return new ClientProofs(
        methods,
        keys(jwks, methods.contains(AuthenticationMethod.PRIVATE_KEY_JWT), faults),
        subject(tlsSubjectDn, methods.contains(AuthenticationMethod.TLS_CLIENT_AUTH), faults));
  }

  private static Set<AuthenticationMethod> methods(
      @Nullable List<@Nullable String> names,
      Set<AuthenticationMethod> offered,
      List<Fault> faults) {
    Set<AuthenticationMethod> methods = EnumSet.noneOf(AuthenticationMethod.class);
    if (names == null) {
      methods.add(AuthenticationMethod.CLIENT_SECRET_BASIC);
    } else {
      for (String name : names) {
        Optional<AuthenticationMethod> known =
            name == null ? Optional.empty() : AuthenticationMethod.of(name);
        known.ifPresentOrElse(
            methods::add, () -> fault(faults, "must be some of " + possible(offered)));
      }
      if (names.isEmpty()) {
        fault(faults, "must name at least one method");
      }
    }
    if (methods.remove(AuthenticationMethod.CLIENT_OTP)) {
      fault(faults, "client_otp needs a secure element; only bootstrap scripts make such clients");
    }
    for (AuthenticationMethod method : methods) {
      if (!offered.contains(method)) {
        fault(
            faults, method.wireName() + " is switched off here; possible are " + possible(offered));
      }
    }
    return methods;
  }

  private static @Nullable ClientKeys keys(
      @Nullable JsonNode jwks, boolean needed, List<Fault> faults) {
    if (jwks == null || jwks.isNull()) {
      if (needed) {
        faults.add(new Fault("/jwks", "is needed for private_key_jwt"));
      }
      return null;
    }
    if (!needed) {
      faults.add(new Fault("/jwks", "is for private_key_jwt, which authentication does not name"));
      return null;
    }
    try {
      return ClientKeys.of(jwks);
    } catch (InvalidKeysException e) {
      faults.add(e.fault("/jwks"));
      return null;
    }
  }

  private static @Nullable String subject(
      @Nullable String name, boolean needed, List<Fault> faults) {
    String pointer = "/tls_client_auth_subject_dn";
    if (name == null) {
      return null;
    }
    if (!needed) {
      faults.add(new Fault(pointer, "is for tls_client_auth, which authentication does not name"));
      return null;
    }
    try {
      if (name.length() <= MAX_SUBJECT && !new X500Principal(name).getName().isEmpty()) {
        return name;
      }
    } catch (IllegalArgumentException e) {
      faults.add(new Fault(pointer, "must be a distinguished name (RFC 4514)"));
      return null;
    }
    faults.add(
        new Fault(
            pointer,
            "must be a distinguished name (RFC 4514) of 1 to " + MAX_SUBJECT + " characters"));
    return null;
  }

  private static void fault(List<Fault> faults, String reason) {
    faults.add(new Fault("/authentication", reason));
  }

  private static String possible(Set<AuthenticationMethod> offered) {
    return offered.stream()
        .filter(method -> method != AuthenticationMethod.CLIENT_OTP)
        .map(AuthenticationMethod::wireName)
        .collect(Collectors.joining(", "));
  }
}
