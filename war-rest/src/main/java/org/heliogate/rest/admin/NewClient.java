package org.heliogate.rest.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
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
 * @param jwks its public keys, a JWK set; for {@code private_key_jwt} and only then
 * @param tlsClientAuthSubjectDn the subject of its certificate (RFC 4514), only for {@code
 *     tls_client_auth}; {@code CN=<username>} if left out
 */
@Schema(name = "NewClient")
public record NewClient(
    @Nullable String name,
    @Nullable List<@Nullable String> roles,
    @Nullable List<@Nullable String> authentication,
    @Nullable String scope,
    @Schema(type = SchemaType.OBJECT, description = "A JWK set (RFC 7517), public keys only")
        @Nullable JsonNode jwks,
    @Nullable String tlsClientAuthSubjectDn) {

  private static final int MAX_NAME = 128;
  private static final int MAX_ROLES = 64;
  private static final Set<String> ADMIN_SCOPES = Set.of("admin", "admin:read");
  private static final String DEFAULT_SCOPE = "uma_authorization";
  private static final String PROTECTION_SCOPE = "uma_protection";

  /**
   * What is to be registered.
   *
   * @param offered the methods that are not switched off
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} without a name; {@link
   *     ErrorCode#UNPROCESSABLE} with every fault of the values
   */
  Registration registration(Set<AuthenticationMethod> offered) {
    List<Fault> faults = new ArrayList<>();
    Set<String> scopes = scopes(faults);
    ClientKind kind =
        scopes.stream().anyMatch(ADMIN_SCOPES::contains)
            ? ClientKind.ADMIN
            : ClientKind.APPLICATION;
    return registration(kind, roleNames(faults), scopes, offered, faults);
  }

  /**
   * What the client of a resource server shall be, whose scope and lack of roles are fixed.
   *
   * @throws RequestException as for others
   */
  Registration ofResourceServer(Set<AuthenticationMethod> offered) {
    List<Fault> faults = new ArrayList<>();
    if (!roleNames(faults).isEmpty()) {
      faults.add(new Fault("/roles", "must be empty for a resource server's client"));
    }
    if (scope != null && !scope.equals(PROTECTION_SCOPE)) {
      faults.add(
          new Fault(
              "/scope", "must be uma_protection for a resource server's client, or left out"));
    }
    return registration(
        ClientKind.RESOURCE_SERVER, Set.of(), Set.of(PROTECTION_SCOPE), offered, faults);
  }

  private Registration registration(
      ClientKind kind,
      Set<String> roleNames,
      Set<String> scopes,
      Set<AuthenticationMethod> offered,
      List<Fault> faults) {
    if (name == null) {
      throw new RequestException(ErrorCode.INVALID_REQUEST, "name is missing");
    }
    checkName(name, faults);
    ClientProofs proofs =
        ClientProofs.checked(authentication, jwks, tlsClientAuthSubjectDn, offered, faults);
    if (!faults.isEmpty()) {
      throw new RequestException(
          ErrorCode.UNPROCESSABLE, "the client cannot be registered like this", faults);
    }
    return new Registration(
        name, kind, roleNames, proofs.methods(), scopes, proofs.keys(), proofs.tlsSubjectDn());
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
