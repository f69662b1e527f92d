package org.heliogate.rar.mqtt;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.heliogate.rar.mqtt.CredentialMark.Kind;
import org.heliogate.spi.Credential;
import org.heliogate.spi.PrincipalOutcome.Status;
import org.heliogate.spi.PrincipalState;
import org.heliogate.spi.PrincipalState.Presence;
import org.jspecify.annotations.Nullable;

/**
 * The fewest commands that turn what the broker has of one principal into its desired state. The
 * commands of a plan go into one message, which the broker carries out without serving anybody in
 * between: rights change before sessions end, so that who comes back meets the new rights.
 *
 * @param commands in order; empty if nothing is to be done
 * @param status the outcome once all commands succeeded
 * @param detail goes with the outcome, or null
 */
record PrincipalPlan(List<ObjectNode> commands, Status status, @Nullable String detail) {

  /** Heliogate's usernames; nothing else at the broker is ever touched. */
  static final Pattern NAME = Pattern.compile("hg-[a-z2-7]{26}");

  private static final int MAX_PASSWORD_BYTES = 65_535;

  /** Takes an unmodifiable copy. */
  PrincipalPlan {
    commands = List.copyOf(commands);
  }

  /**
   * Says why a state can never be enforced here.
   *
   * @return what is wrong, for people and without secrets; empty if nothing is
   */
  static Optional<String> fault(PrincipalState state) {
    if (!NAME.matcher(state.name()).matches()) {
      return Optional.of("the name does not match " + NAME);
    }
    Optional<String> credentialFault = fault(state.name(), state.credential());
    if (credentialFault.isPresent()) {
      return credentialFault;
    }
    return state.permissions().stream().map(Permissions::fault).flatMap(Optional::stream).findAny();
  }

  /** Makes the plan for a state without a {@link #fault}. */
  static PrincipalPlan of(PrincipalState state, BrokerPrincipal current) {
    if (current.generation() > state.generation()) {
      return new PrincipalPlan(
          List.of(), Status.SUPERSEDED, "the broker carries generation " + current.generation());
    }
    return state.presence() == Presence.ABSENT ? absent(state, current) : present(state, current);
  }

  private static PrincipalPlan absent(PrincipalState state, BrokerPrincipal current) {
    List<ObjectNode> commands = new ArrayList<>();
    if (current.client() != null) {
      commands.add(Commands.deleteClient(state.name()));
    }
    addRole(commands, current.role(), state, new GenerationMark(state.generation(), true));
    return new PrincipalPlan(commands, Status.ENFORCED, null);
  }

  private static PrincipalPlan present(PrincipalState state, BrokerPrincipal current) {
    List<ObjectNode> commands = new ArrayList<>();
    addRole(commands, current.role(), state, new GenerationMark(state.generation(), false));

    ClientEntry client = current.client();
    CredentialMark wanted = mark(state, client);
    String password = newPassword(state, client);
    if (client == null) {
      commands.add(Commands.createClient(state.name(), wanted, password));
    } else if (mustLosePassword(client, wanted)) {
      commands.add(Commands.deleteClient(state.name()));
      commands.add(Commands.createClient(state.name(), wanted, password));
    } else {
      if (!client.isIntact() || !client.credential().equals(wanted) || losesRight(state, current)) {
        commands.add(Commands.modifyClient(state.name(), wanted, password));
      }
      if (client.disabled()) {
        commands.add(Commands.enableClient(state.name()));
      }
      if (client.boundToClientId()) {
        commands.add(Commands.clearClientId(state.name()));
      }
    }
    boolean lost =
        state.credential() instanceof Credential.KeptPassword && wanted.kind() == Kind.NONE;
    return lost
        ? new PrincipalPlan(
            commands, Status.CREDENTIAL_LOST, "the broker has no password for this principal")
        : new PrincipalPlan(commands, Status.ENFORCED, null);
  }

  private static void addRole(
      List<ObjectNode> commands,
      @Nullable RoleEntry role,
      PrincipalState state,
      GenerationMark mark) {
    Set<Acl> acls = Permissions.toAcls(state.permissions());
    if (role == null) {
      commands.add(Commands.createRole(state.name(), mark, acls));
    } else if (!role.mark().equals(mark) || !role.acls().equals(acls)) {
      commands.add(Commands.modifyRole(state.name(), mark, acls));
    }
  }

  private static CredentialMark mark(PrincipalState state, @Nullable ClientEntry client) {
    Credential credential = state.credential();
    if (credential instanceof Credential.X509) {
      return CredentialMark.CERTIFICATE;
    }
    if (credential instanceof Credential.Password) {
      return CredentialMark.password(state.generation());
    }
    return credential instanceof Credential.KeptPassword
            && client != null
            && client.credential().kind() == Kind.PASSWORD
        ? client.credential()
        : CredentialMark.NONE;
  }

  /** The password to be set, null if the broker already has what this generation set. */
  private static @Nullable String newPassword(PrincipalState state, @Nullable ClientEntry client) {
    boolean set =
        client != null && client.credential().equals(CredentialMark.password(state.generation()));
    return !set && state.credential() instanceof Credential.Password password
        ? password.secret()
        : null;
  }

  /** No command takes a password away, so the entry must be made anew. */
  private static boolean mustLosePassword(ClientEntry client, CredentialMark wanted) {
    Kind has = client.credential().kind();
    return wanted.kind() != Kind.PASSWORD && (has == Kind.PASSWORD || has == Kind.UNKNOWN);
  }

  private static boolean losesRight(PrincipalState state, BrokerPrincipal current) {
    RoleEntry role = current.role();
    return role != null
        && Permissions.takesAway(role.acls(), Permissions.toAcls(state.permissions()));
  }

  private static Optional<String> fault(String name, Credential credential) {
    if (credential instanceof Credential.X509 x509 && !x509.subject().equals("CN=" + name)) {
      return Optional.of("the certificate's subject is not CN=" + name);
    }
    if (credential instanceof Credential.Password password) {
      String secret = password.secret();
      if (secret.isEmpty()
          || secret.indexOf('\0') >= 0
          || secret.getBytes(StandardCharsets.UTF_8).length > MAX_PASSWORD_BYTES) {
        return Optional.of("the password is empty, too long, or has a NUL");
      }
    }
    return Optional.empty();
  }
}
