package org.heliogate.rar.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.heliogate.spi.Credential;
import org.heliogate.spi.Permission;
import org.heliogate.spi.PrincipalOutcome.Status;
import org.heliogate.spi.PrincipalState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PrincipalPlanTest {

  private static final String NAME = "hg-abcdefghijklmnopqrstuvwxyz";
  private static final Permission A = Permission.allow("a", "publish");
  private static final Permission B = Permission.allow("b", "publish");
  private static final Credential X509 = new Credential.X509("CN=" + NAME);

  @Test
  void ofWhenNewThenTwoCommands() {
    PrincipalPlan plan = plan(present(1, X509, A), null, null);
    assertThat(commands(plan)).containsExactly("createRole", "createClient");
  }

  @Test
  void ofWhenNothingChangedThenNoCommand() {
    PrincipalPlan plan = plan(present(1, X509, A), CredentialMark.CERTIFICATE, role(1, A));
    assertThat(commands(plan)).isEmpty();
    assertThat(plan.status()).isEqualTo(Status.ENFORCED);
  }

  @Test
  void ofWhenRightAddedThenOnlyTheRoleChangesSoThatNoSessionEnds() {
    PrincipalPlan plan = plan(present(2, X509, A, B), CredentialMark.CERTIFICATE, role(1, A));
    assertThat(commands(plan)).containsExactly("modifyRole");
  }

  @Test
  void ofWhenRightRemovedThenRoleChangesBeforeTheSessionEnds() {
    PrincipalPlan plan = plan(present(2, X509, A), CredentialMark.CERTIFICATE, role(1, A, B));
    assertThat(commands(plan)).containsExactly("modifyRole", "modifyClient");
  }

  @Test
  void ofWhenOlderThenSuperseded() {
    PrincipalPlan plan = plan(present(1, X509, A), CredentialMark.CERTIFICATE, role(2, B));
    assertThat(commands(plan)).isEmpty();
    assertThat(plan.status()).isEqualTo(Status.SUPERSEDED);
  }

  @Test
  void ofWhenAbsentThenClientGoesAndRoleStaysEmptyWithGeneration() {
    PrincipalPlan plan =
        plan(PrincipalState.absent(NAME, 2), CredentialMark.CERTIFICATE, role(1, A));
    assertThat(commands(plan)).containsExactly("deleteClient", "modifyRole");
    assertThat(plan.commands().get(1).path("acls")).isEmpty();
    assertThat(plan.commands().get(1).path("textdescription").asText()).endsWith("2 absent");
  }

  @Test
  void ofWhenPasswordBecomesCertificateThenEntryIsMadeAnew() {
    PrincipalPlan plan = plan(present(2, X509, A), CredentialMark.password(1), role(1, A));
    assertThat(commands(plan)).containsExactly("modifyRole", "deleteClient", "createClient");
    assertThat(plan.commands().get(2).has("password")).isFalse();
  }

  @Test
  void ofWhenPasswordOfThisGenerationIsSetThenNotSetAgain() {
    PrincipalState state = present(2, new Credential.Password("p"), A);
    assertThat(commands(plan(state, CredentialMark.password(2), role(2, A)))).isEmpty();
    PrincipalPlan crashed = plan(state, CredentialMark.password(1), role(2, A));
    assertThat(commands(crashed)).containsExactly("modifyClient");
    assertThat(crashed.commands().get(0).path("password").asText()).isEqualTo("p");
  }

  @Test
  void ofWhenKeptPasswordIsMissingThenLostButRightsAreWritten() {
    PrincipalPlan plan = plan(present(2, new Credential.KeptPassword(), A), null, role(1, A));
    assertThat(plan.status()).isEqualTo(Status.CREDENTIAL_LOST);
    assertThat(commands(plan)).containsExactly("modifyRole", "createClient");
    assertThat(plan.commands().get(1).path("roles")).isEmpty();
  }

  @Test
  void faultWhenSubjectOrPasswordOrNameIsWrongThenSaysSo() {
    assertThat(PrincipalPlan.fault(present(1, X509, A))).isEmpty();
    assertThat(PrincipalPlan.fault(present(1, new Credential.X509("CN=other"), A))).isPresent();
    assertThat(PrincipalPlan.fault(present(1, new Credential.Password(""), A))).isPresent();
    assertThat(PrincipalPlan.fault(present(1, new Credential.Password("a\0b"), A))).isPresent();
    assertThat(PrincipalPlan.fault(PrincipalState.absent("heliogate-proxy", 1))).isPresent();
  }

  @Test
  void marksWhenWrittenThenReadBack() {
    for (CredentialMark mark :
        List.of(CredentialMark.NONE, CredentialMark.CERTIFICATE, CredentialMark.password(7))) {
      assertThat(CredentialMark.parse(mark.text())).isEqualTo(mark);
    }
    GenerationMark biggest = new GenerationMark(Long.MAX_VALUE, true);
    assertThat(GenerationMark.parse(biggest.text())).isEqualTo(biggest);
    assertThat(GenerationMark.parse("heliogate generation=9999999999999999999").generation())
        .isZero();
    assertThat(CredentialMark.parse(null).kind()).isEqualTo(CredentialMark.Kind.UNKNOWN);
  }

  private static PrincipalPlan plan(
      PrincipalState state, @Nullable CredentialMark credential, @Nullable RoleEntry role) {
    ClientEntry client =
        credential == null
            ? null
            : new ClientEntry(
                NAME, credential, ClientEntry.rolesOf(NAME, credential), List.of(), false, false);
    return PrincipalPlan.of(state, new BrokerPrincipal(client, role));
  }

  private static RoleEntry role(long generation, Permission... permissions) {
    return new RoleEntry(
        NAME, new GenerationMark(generation, false), Permissions.toAcls(Set.of(permissions)));
  }

  private static PrincipalState present(long generation, Credential credential, Permission... p) {
    return PrincipalState.present(NAME, generation, credential, Set.of(p));
  }

  private static List<String> commands(PrincipalPlan plan) {
    return plan.commands().stream().map(command -> command.path("command").asText()).toList();
  }
}
