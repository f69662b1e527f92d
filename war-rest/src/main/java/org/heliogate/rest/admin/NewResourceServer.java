package org.heliogate.rest.admin;

import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.resource.ApprovalPolicy;
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.authz.resource.ResourceServer;
import org.heliogate.authz.resource.TokenTerms;
import org.jspecify.annotations.Nullable;

/**
 * The resource server that an operator asks for, new or changed.
 *
 * @param id its name in workflows and URIs
 * @param type the kind of server that the adapter is for
 * @param connectionFactory the JNDI name of the adapter's pool; not for the type {@code oauth}
 * @param scopeTemplate how the {@code scope} of a token for it is made; for the type {@code oauth}
 *     only
 * @param rptLifetime how long a token for it is valid, 30 to 3,600 seconds, by default 300; for the
 *     type {@code oauth} only
 * @param approvals who may approve there what nobody has granted: {@code none}, also if left out,
 *     or {@code operator}
 */
@Schema(name = "NewResourceServer")
public record NewResourceServer(
    @Nullable String id,
    @Nullable String type,
    @Schema(name = "connection_factory", examples = "java:/heliogate/rs/mqtt")
        @Nullable String connectionFactory,
    @Schema(
            name = "scope_template",
            examples = "${resource_server.client_id}.${scope}:${resource.name}")
        @Nullable String scopeTemplate,
    @Schema(name = "rpt_lifetime", minimum = "30", maximum = "3600") @Nullable Integer rptLifetime,
    @Schema(enumeration = {"none", "operator"}) @Nullable String approvals) {

  /** Without empty parts, which the container ignores: a pool has one name only. */
  private static final String POOL =
      "java:/heliogate/rs/(?=.{1,200}$)[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*";

  /**
   * What is to be registered, with every member there and in its alphabet.
   *
   * @param connectionFactory null for a server that registers its own resources
   * @param tokens what the tokens for it are like
   * @param approvals who may approve there what nobody has granted
   */
  record Checked(
      String id,
      String type,
      @Nullable String connectionFactory,
      TokenTerms tokens,
      ApprovalPolicy approvals) {}

  /**
   * Checks the members.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} if one is missing; {@link
   *     ErrorCode#UNPROCESSABLE} if one cannot be
   */
  Checked checked() {
    String wantedType = given("type", type);
    String wantedId = given("id", id);
    if (!NameSyntax.LABEL.matches(wantedId)) {
      throw new RequestException(
          ErrorCode.UNPROCESSABLE, "id must match " + NameSyntax.LABEL.pattern());
    }
    if (!NameSyntax.LABEL.matches(wantedType)) {
      throw new RequestException(
          ErrorCode.UNPROCESSABLE, "type must match " + NameSyntax.LABEL.pattern());
    }
    if (wantedType.equals(ResourceServer.SELF_REGISTERING)) {
      if (connectionFactory != null) {
        throw new RequestException(
            ErrorCode.UNPROCESSABLE,
            "a resource server of type oauth registers its own resources and has no"
                + " connection_factory");
      }
      return new Checked(wantedId, wantedType, null, tokens(), policy());
    }
    if (scopeTemplate != null || rptLifetime != null) {
      throw new RequestException(
          ErrorCode.UNPROCESSABLE,
          "scope_template and rpt_lifetime are for resource servers of type oauth");
    }
    String pool = given("connection_factory", connectionFactory);
    if (!pool.matches(POOL)) {
      throw new RequestException(ErrorCode.UNPROCESSABLE, "connection_factory must match " + POOL);
    }
    return new Checked(wantedId, wantedType, pool, TokenTerms.DEFAULT, policy());
  }

  private TokenTerms tokens() {
    return new TokenTerms(
        scopeTemplate,
        rptLifetime == null
            ? TokenTerms.DEFAULT.lifetime()
            : Duration.ofSeconds(rptLifetime.longValue()));
  }

  private ApprovalPolicy policy() {
    return approvals == null
        ? ApprovalPolicy.NONE
        : ApprovalPolicy.of(approvals)
            .orElseThrow(
                () ->
                    new RequestException(
                        ErrorCode.UNPROCESSABLE, "approvals must be none or operator"));
  }

  private static String given(String member, @Nullable String value) {
    if (value == null) {
      throw new RequestException(ErrorCode.INVALID_REQUEST, member + " is missing");
    }
    return value;
  }
}
