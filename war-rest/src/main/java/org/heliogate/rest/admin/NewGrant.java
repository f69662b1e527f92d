package org.heliogate.rest.admin;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.error.RequestException.Fault;
import org.heliogate.authz.grant.Effect;
import org.heliogate.authz.policy.GrantTerms;
import org.jspecify.annotations.Nullable;

/**
 * The grant that an operator asks for.
 *
 * @param client whom, by client id; either this or {@code role}
 * @param role to all clients with that role
 * @param resourceServer where
 * @param resource the resource's name or pattern, or a template as in workflow documents
 * @param scopes the server's verbs, 1 to 16
 * @param effect {@code allow}, also if left out, or {@code deny}
 * @param notBefore from when on (RFC 3339); at once if left out
 * @param notAfter until when (RFC 3339); for ever if left out
 */
@Schema(name = "NewGrant")
public record NewGrant(
    @Nullable String client,
    @Nullable String role,
    @Schema(name = "resource_server", examples = "mqtt") @Nullable String resourceServer,
    @Schema(examples = "wams/+/measurements") @Nullable String resource,
    @Nullable List<@Nullable String> scopes,
    @Schema(enumeration = {"allow", "deny"}) @Nullable String effect,
    @Schema(name = "not_before", format = "date-time") @Nullable String notBefore,
    @Schema(name = "not_after", format = "date-time") @Nullable String notAfter) {

  private static final String FORM = "must be a moment like 2030-01-31T12:00:00Z (RFC 3339)";
  private static final Pattern FOUR_DIGIT_YEAR = Pattern.compile("[0-9]{4}-.{1,60}");

  /**
   * What is to be granted or refused.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} if a member is missing; {@link
   *     ErrorCode#UNPROCESSABLE} with every fault of the values
   */
  GrantTerms terms() {
    String server = given("resource_server", resourceServer);
    String name = given("resource", resource);
    if (scopes == null) {
      throw missing("scopes");
    }
    if (client == null && role == null) {
      throw missing("client or role");
    }
    List<Fault> faults = new ArrayList<>();
    GrantTerms terms =
        new GrantTerms(
            client,
            role,
            server,
            name,
            scopeSet(scopes, faults),
            effect(faults),
            instant("/not_before", notBefore, faults),
            instant("/not_after", notAfter, faults));
    if (!faults.isEmpty()) {
      throw new RequestException(ErrorCode.UNPROCESSABLE, "the grant cannot be like this", faults);
    }
    return terms;
  }

  /**
   * The moment that a member names; null if it was left out.
   *
   * @param faults takes what is wrong
   */
  static @Nullable Instant instant(String pointer, @Nullable String text, List<Fault> faults) {
    if (text == null) {
      return null;
    }
    if (FOUR_DIGIT_YEAR.matcher(text).matches()) {
      try {
        return OffsetDateTime.parse(text).toInstant();
      } catch (DateTimeException e) {
        faults.add(new Fault(pointer, FORM));
        return null;
      }
    }
    faults.add(new Fault(pointer, FORM));
    return null;
  }

  private static Set<String> scopeSet(List<@Nullable String> scopes, List<Fault> faults) {
    Set<String> all = new LinkedHashSet<>();
    for (String scope : scopes) {
      if (scope == null || !all.add(scope)) {
        faults.add(new Fault("/scopes", "must be different names, not null"));
      }
    }
    return all;
  }

  private Effect effect(List<Fault> faults) {
    if (effect == null || effect.equals("allow")) {
      return Effect.ALLOW;
    }
    if (!effect.equals("deny")) {
      faults.add(new Fault("/effect", "must be allow or deny"));
    }
    return Effect.DENY;
  }

  private static String given(String member, @Nullable String value) {
    if (value == null) {
      throw missing(member);
    }
    return value;
  }

  private static RequestException missing(String member) {
    return new RequestException(ErrorCode.INVALID_REQUEST, member + " is missing");
  }
}
