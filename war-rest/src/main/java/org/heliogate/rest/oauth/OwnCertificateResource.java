package org.heliogate.rest.oauth;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.ca.CertificateRecord;
import org.heliogate.authz.ca.OwnCertificates;
import org.heliogate.authz.ca.SerialNumbers;
import org.heliogate.authz.ca.VerifiedCertificate;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.token.Caller;
import org.heliogate.rest.wire.CallerContext;
import org.heliogate.rest.wire.ClientCertificate;
import org.jspecify.annotations.Nullable;

/** Where holders withdraw certificates of their own (ADR 0025). */
@Path("/csr/revoke")
@RequestScoped
@Tag(name = "Devices and applications")
public class OwnCertificateResource {

  private static final String SCOPE = "uma_authorization";

  @Inject private OwnCertificates certificates;
  @Inject private CallerContext context;
  @Inject private ClientCertificate certificate;

  /**
   * What is to be withdrawn.
   *
   * @param serial hexadecimal; left out: the certificate of the connection
   * @param reason {@code unspecified} if left out
   */
  @Schema(name = "CertificateWithdrawal")
  public record Withdrawal(
      @Nullable String serial,
      @Schema(
              enumeration = {
                "unspecified",
                "key_compromise",
                "superseded",
                "cessation_of_operation"
              })
          @Nullable String reason) {}

  /** What was withdrawn. */
  record Withdrawn(String serial, @Nullable Instant revokedAt, String reason) {}

  /** Withdraws a certificate of the caller, who has an AAT or shows the certificate itself. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Withdraw a certificate of one's own for good")
  @APIResponse(responseCode = "200", description = "It is revoked")
  @APIResponse(responseCode = "400", description = "The caller has no such certificate; bad reason")
  @APIResponse(responseCode = "401", description = "Neither a good token nor a good certificate")
  public Response revoke(@Nullable Withdrawal asked) {
    Withdrawal withdrawal = asked == null ? new Withdrawal(null, null) : asked;
    Optional<Caller> caller = context.caller();
    CertificateRecord now =
        caller.isPresent() ? ofClient(caller.get(), withdrawal) : shown(withdrawal);
    return Answers.secret(
        new Withdrawn(now.serial(), now.revokedAt(), String.valueOf(now.reason())));
  }

  private CertificateRecord ofClient(Caller caller, Withdrawal withdrawal) {
    if (!caller.scope().contains(SCOPE)) {
      throw new RequestException(
          ErrorCode.INSUFFICIENT_SCOPE, "the token needs the scope " + SCOPE);
    }
    String serial = withdrawal.serial();
    if (serial == null) {
      throw new RequestException(ErrorCode.INVALID_REQUEST, "serial is missing");
    }
    return certificates.revokeOfClient(caller.client().clientId(), serial, withdrawal.reason());
  }

  private CertificateRecord shown(Withdrawal withdrawal) {
    VerifiedCertificate shown =
        certificate
            .verified()
            .orElseThrow(
                () ->
                    new RequestException(
                        ErrorCode.TOKEN_REQUIRED, "a token or a good certificate is needed"));
    String serial = withdrawal.serial();
    if (serial != null
        && SerialNumbers.canonical(serial).filter(shown.serial()::equals).isEmpty()) {
      throw new RequestException(
          ErrorCode.INVALID_REQUEST, "serial is not that of the connection's certificate");
    }
    return certificates.revokeShown(shown, withdrawal.reason());
  }
}
