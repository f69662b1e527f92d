package org.heliogate.rest.oauth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.uma.Redeemed;
import org.heliogate.authz.uma.Redemption;
import org.heliogate.authz.uma.RequestSubmittedException;
import org.heliogate.authz.uma.UmaGrantService;
import org.heliogate.rest.wire.CallerContext;
import org.heliogate.rest.wire.JsonMapper;
import org.heliogate.rest.wire.Secured;
import org.jspecify.annotations.Nullable;

/** The RPT endpoint of UMA 1.0.1 (§3.5), over the same tickets and tokens as the UMA grant. */
@Path("/uma/rpt")
@RequestScoped
@Secured("uma_authorization")
@Tag(name = "Devices and applications")
public class RptResource {

  @Inject private UmaGrantService service;
  @Inject private CallerContext context;

  /** What the client asks. */
  public record Question(
      @Nullable String ticket,
      @Nullable String rpt,
      @Nullable String csr,
      @Nullable String credential) {

    /** Shows nothing of the ticket or the token. */
    @Override
    public String toString() {
      return "Question[***]";
    }
  }

  private record Answer(String rpt, @Nullable Object credentials) {}

  /** Redeems a ticket. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Redeem a ticket the way of UMA 1.0.1")
  public Response redeem(@Nullable Question question) {
    if (question == null || question.ticket() == null) {
      throw new RequestException(ErrorCode.INVALID_REQUEST, "ticket is missing");
    }
    String csr = question.csr();
    Redemption redemption =
        new Redemption(
            question.ticket(),
            Set.of(),
            question.rpt(),
            csr == null ? null : UmaGrantEndpoint.decode(csr),
            UmaGrantEndpoint.password(question.credential()),
            context.required().confirmation());
    try {
      Redeemed redeemed = service.redeem(context.required().client(), redemption);
      return Answers.secret(
          new Answer(redeemed.rpt(), UmaGrantEndpoint.credentials(redeemed.credentials())));
    } catch (RequestSubmittedException e) {
      return UmaGrantEndpoint.submitted(e);
    } catch (RequestException e) {
      return refused(RptRefusal.of(e).orElseThrow(() -> e), e);
    }
  }

  private static Response refused(RptRefusal refusal, RequestException e) {
    ObjectNode body =
        JsonMapper.mapper()
            .createObjectNode()
            .put("error", refusal.error())
            .put("error_description", e.getMessage());
    return Response.status(refusal.status())
        .type(MediaType.APPLICATION_JSON)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .entity(body.toString())
        .build();
  }
}
