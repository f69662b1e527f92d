package org.heliogate.rest.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.ClientService.Registration;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.error.RequestException.Fault;
import org.jspecify.annotations.Nullable;

/**
 * The client that an operator asks for.
 *
 * @param name what people call it, 1 to 128 characters, none of them a control character
 * @param roles its roles, at most 64; none if left out
 * @param authentication the token endpoint methods that it may use; {@code client_secret_basic} if
 *     left out (RFC 7591 §2)
 * @param scope the scopes that it may ask for, space-delimited; {@code uma_authorization} if left
 *     out
 * @param jwks not offered yet
 * @param tlsClientAuthSubjectDn not offered yet
 */
@Schema(name = "NewClient")
public record NewClient(
    @Nullable String name,
    @Nullable List<@Nullable String> roles,
    @Nullable List<@Nullable String> authentication,
    @Nullable String scope,
    @Schema(hidden = true) @Nullable Object jwks,
    @Schema(hidden = true) @Nullable Object tlsClientAuthSubjectDn) {

  private static final int MAX_NAME = 128;
  private static final int MAX_ROLES = 64;
  private static final Set<String> ADMIN_SCOPES = Set.of("admin", "admin:read");
  private static final String DEFAULT_SCOPE = "uma_authorization";

  /**
   * What is to be registered.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} without a name; {@link
   *     ErrorCode#UNPROCESSABLE} with every fault of the values
   */
  Registration registration() {
    if (name == null) {
      throw new RequestException(ErrorCode.INVALID_REQUEST, "name is missing");
    }
    List<Fault> faults = new ArrayList<>();
    checkName(name, faults);
    refuse("/jwks", jwks, faults);
    refuse("/tls_client_auth_subject_dn", tlsClientAuthSubjectDn, faults);
    Set<String> wantedRoles = roleNames(faults);
    Set<AuthenticationMethod> methods = methods(faults);
    Set<String> scopes = scopes(faults);
    if (!faults.isEmpty()) {
      throw new RequestException(
          ErrorCode.UNPROCESSABLE, "the client cannot be registered like this", faults);
    }
    ClientKind kind =
        scopes.stream().anyMatch(ADMIN_SCOPES::contains)
            ? ClientKind.ADMIN
            : ClientKind.APPLICATION;
    return new Registration(name, kind, wantedRoles, methods, scopes);
  }

  private static void checkName(String name, List<Fault> faults) {
    if (name.isBlank()
        || name.length() > MAX_NAME
        || name.chars().anyMatch(Character::isISOControl)
        || !UTF_8.newEncoder().canEncode(name)) {
      faults.add(
          new Fault("/name", "must have 1 to " + MAX_NAME + " characters, no control characters"));
    }
  }

  private static void refuse(String pointer, @Nullable Object member, List<Fault> faults) {
    if (member != null) {
      faults.add(
          new Fault(
              pointer,
              "is not offered by this release; use client_secret_basic or client_secret_post"));
    }
  }

  private Set<String> roleNames(List<Fault> faults) {
    Set<String> names = new TreeSet<>();
    for (String role : roles == null ? List.<@Nullable String>of() : roles) {
      if (role == null) {
        faults.add(new Fault("/roles", "must be names, not null"));
      } else {
        names.add(role);
      }
    }
    if (names.size() > MAX_ROLES) {
      faults.add(new Fault("/roles", "must be at most " + MAX_ROLES));
    }
    return names;
  }

  private Set<AuthenticationMethod> methods(List<Fault> faults) {
    if (authentication == null) {
      return EnumSet.of(AuthenticationMethod.CLIENT_SECRET_BASIC);
    }
    Set<AuthenticationMethod> methods = EnumSet.noneOf(AuthenticationMethod.class);
    for (String method : authentication) {
      Optional<AuthenticationMethod> known =
          method == null ? Optional.empty() : AuthenticationMethod.of(method);
      if (known.isPresent() && known.get().usesSecret()) {
        methods.add(known.get());
      } else {
        faults.add(
            new Fault(
                "/authentication",
                known.isPresent()
                    ? method + " needs a secure element; only bootstrap scripts make such clients"
                    : "must be client_secret_basic or client_secret_post"));
      }
    }
    if (authentication.isEmpty()) {
      faults.add(new Fault("/authentication", "must name at least one method"));
    }
    return methods;
  }

  private Set<String> scopes(List<Fault> faults) {
    Set<String> scopes =
        scope == null ? Set.of(DEFAULT_SCOPE) : new TreeSet<>(Arrays.asList(scope.split(" ", -1)));
    boolean known =
        scopes.stream().allMatch(one -> one.equals(DEFAULT_SCOPE) || ADMIN_SCOPES.contains(one));
    if (!known) {
      faults.add(
          new Fault(
              "/scope",
              "must be some of uma_authorization, admin and admin:read, delimited by one space"));
    }
    return scopes;
  }
}
