package org.heliogate.rest.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.plan.Workflow;
import org.heliogate.authz.plan.WorkflowService;
import org.heliogate.authz.platform.Settings;
import org.heliogate.authz.resource.NameSyntax;
import org.heliogate.rest.wire.CallerContext;
import org.heliogate.rest.wire.FormParameters;
import org.heliogate.rest.wire.Secured;

/**
 * The workflow documents and their versions. {@code schema} is the JSON Schema, so no workflow can
 * be loaded under that name.
 */
@Path("/admin/api/v1/workflows")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Secured({"admin", "admin:read"})
@Tag(name = "Administration: workflows")
@SecurityRequirement(
    name = "administration",
    scopes = {"admin"})
@APIResponse(responseCode = "401", description = "No valid token")
@APIResponse(responseCode = "403", description = "The token lacks the scope")
public class WorkflowsResource {

  private static final String SCHEMA = "schema";
  private static final String YAML = "application/yaml";
  private static final String X_YAML = "application/x-yaml";
  private static final String TEXT_YAML = "text/yaml";
  private static final MediaType YAML_TYPE = MediaType.valueOf(YAML);

  @Inject private WorkflowService workflows;
  @Inject private CallerContext context;
  @Inject private Settings settings;
  @Context private UriInfo uri;
  @Context private HttpHeaders headers;

  private record Version(String name, int version, String document) {}

  /**
   * Loads a document; the same one again makes no new version. {@code If-Match} is optional: with
   * it the document is loaded only over the state that the caller has read.
   */
  @PUT
  @Path("{name}")
  @Secured("admin")
  @Consumes({YAML, X_YAML, TEXT_YAML})
  @Operation(summary = "Load a workflow document")
  @Parameter(
      name = "apply",
      in = ParameterIn.QUERY,
      description = "true: also for the devices that were bootstrapped already",
      schema = @Schema(type = SchemaType.BOOLEAN))
  @RequestBody(content = @Content(mediaType = YAML, schema = @Schema(type = SchemaType.STRING)))
  @APIResponse(responseCode = "200", description = "Loaded again")
  @APIResponse(responseCode = "201", description = "Loaded for the first time")
  @APIResponse(responseCode = "409", description = "Another workflow defines a role otherwise")
  @APIResponse(responseCode = "412", description = "It was changed since it was read")
  @APIResponse(responseCode = "422", description = "The document has faults; all are listed")
  public Response put(@PathParam("name") String name, byte[] document) {
    if (!NameSyntax.LABEL.matches(name)) {
      throw new RequestException(
          ErrorCode.UNPROCESSABLE, "a workflow's name must match " + NameSyntax.LABEL.pattern());
    }
    if (name.equals(SCHEMA)) {
      throw new RequestException(
          ErrorCode.UNPROCESSABLE, "no workflow can be named '" + SCHEMA + "'");
    }
    boolean apply = apply();
    return Rivals.outlasted(() -> load(name, document, apply));
  }

  private Response load(String name, byte[] document, boolean apply) {
    Optional<Workflow> before = workflows.find(name);
    boolean exact =
        EntityTags.match(
            headers.getRequestHeader(HttpHeaders.IF_MATCH),
            before.map(WorkflowView::tags).orElse(List.of()));
    Long expected = exact ? before.map(Workflow::version).orElse(null) : null;
    Workflow loaded = workflows.put(context.actor(), name, document, apply, expected);
    Response.ResponseBuilder response =
        before.isPresent()
            ? Response.ok()
            : Response.created(URI.create(settings.issuer() + "/admin/api/v1/workflows/" + name));
    return response.tag(WorkflowView.tag(loaded)).entity(WorkflowView.summary(loaded)).build();
  }

  /** A page of workflows in the order of their names. */
  @GET
  @Operation(summary = "List workflows")
  @Parameter(name = "limit", in = ParameterIn.QUERY, description = "1 to 1000, default 100")
  @Parameter(name = "cursor", in = ParameterIn.QUERY, description = "next_cursor of a page")
  @APIResponse(responseCode = "200", description = "items and, unless it is the last, next_cursor")
  @APIResponse(responseCode = "400", description = "Bad limit or cursor")
  public Response list() {
    PageQuery query = PageQuery.of("workflows", FormParameters.of(uri.getQueryParameters()));
    return Response.ok(
            query.page(
                workflows.page(query.after(), query.limit()),
                Workflow::name,
                WorkflowView::summary))
        .build();
  }

  /** The JSON Schema of workflow documents. */
  @GET
  @Path(SCHEMA)
  @Produces({"application/schema+json", MediaType.APPLICATION_JSON})
  @Operation(summary = "JSON Schema of workflow documents")
  @APIResponse(responseCode = "200", description = "The schema")
  public byte[] schema() {
    return workflows.schema().getBytes(UTF_8);
  }

  /** One workflow: JSON with its document, or the document itself. */
  @GET
  @Path("{name}")
  @Produces({MediaType.APPLICATION_JSON, YAML})
  @Operation(summary = "Read a workflow, as JSON or as the YAML itself")
  @APIResponse(responseCode = "200", description = "The workflow, with its ETag")
  @APIResponse(responseCode = "404", description = "No such workflow")
  public Response get(@PathParam("name") String name) {
    Workflow workflow = find(name);
    return wantsYaml()
        ? yaml(workflow.document(), WorkflowView.yamlTag(workflow))
        : json(WorkflowView.full(workflow), WorkflowView.tag(workflow));
  }

  /** One version of a workflow: JSON with its document, or the document itself. */
  @GET
  @Path("{name}/versions/{number}")
  @Produces({MediaType.APPLICATION_JSON, YAML})
  @Operation(summary = "Read a version of a workflow, as JSON or as the YAML itself")
  @APIResponse(responseCode = "200", description = "The version, which never changes")
  @APIResponse(responseCode = "404", description = "No such workflow or version")
  public Response version(@PathParam("name") String name, @PathParam("number") String number) {
    if (!NameSyntax.LABEL.matches(name) || !number.matches("[1-9][0-9]{0,8}")) {
      throw Replies.missing("version of a workflow");
    }
    int version = Integer.parseInt(number);
    String document =
        workflows
            .version(name, version)
            .orElseThrow(() -> Replies.missing("version of a workflow"));
    return wantsYaml()
        ? yaml(document, "v" + number + "-yaml")
        : json(new Version(name, version, document), "v" + number);
  }

  /** What would change if a document, or else the newest stored version, took force. */
  @POST
  @Path("{name}/plan")
  @Operation(summary = "Show what a document would change; changes nothing")
  @RequestBody(
      required = false,
      description = "The document; without one, the newest stored version",
      content = @Content(mediaType = YAML, schema = @Schema(type = SchemaType.STRING)))
  @APIResponse(
      responseCode = "200",
      description = "What is added and removed for each device and resource server")
  @APIResponse(responseCode = "404", description = "No such workflow, and no document")
  @APIResponse(responseCode = "415", description = "A document that is not YAML")
  @APIResponse(responseCode = "422", description = "The document has faults; all are listed")
  public Response plan(@PathParam("name") String name, byte[] document) {
    if (!NameSyntax.LABEL.matches(name)) {
      throw Replies.missing("workflow");
    }
    Replies.requireType(headers, document, YAML, X_YAML, TEXT_YAML);
    PlanView plan = PlanView.of(name, workflows.plan(name, document.length == 0 ? null : document));
    // The JSON provider may keep the whole answer before it sends the first byte.
    StreamingOutput json = plan::write;
    return Response.ok(json, MediaType.APPLICATION_JSON_TYPE).build();
  }

  private Workflow find(String name) {
    if (!NameSyntax.LABEL.matches(name)) {
      throw Replies.missing("workflow");
    }
    return workflows.find(name).orElseThrow(() -> Replies.missing("workflow"));
  }

  private boolean apply() {
    String apply = FormParameters.of(uri.getQueryParameters()).find("apply").orElse("false");
    return switch (apply) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new RequestException(ErrorCode.INVALID_REQUEST, "apply is true or false");
    };
  }

  /** Whether the caller prefers the YAML; JSON where both are as good. */
  private boolean wantsYaml() {
    for (MediaType type : headers.getAcceptableMediaTypes()) {
      if (type.isCompatible(MediaType.APPLICATION_JSON_TYPE)) {
        return false;
      }
      if (type.isCompatible(YAML_TYPE)) {
        return true;
      }
    }
    return false;
  }

  private Response json(Object entity, String tag) {
    return chosen(Replies.found(headers, tag, entity), MediaType.APPLICATION_JSON_TYPE);
  }

  private Response yaml(String document, String tag) {
    return chosen(Replies.found(headers, tag, document.getBytes(UTF_8)), YAML_TYPE);
  }

  private static Response chosen(Response answer, MediaType type) {
    Response.ResponseBuilder response =
        Response.fromResponse(answer).header(HttpHeaders.VARY, HttpHeaders.ACCEPT);
    return answer.hasEntity() ? response.type(type).build() : response.build();
  }
}
