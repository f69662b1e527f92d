package org.heliogate.authz.workflow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.heliogate.authz.workflow.BootstrapPlan.PlannedClient;
import org.heliogate.authz.workflow.WorkflowDocument.BootstrapClient;
import org.jspecify.annotations.Nullable;

/**
 * The bootstrap script of one version of a workflow (D3.4.2 §3.2, step 2): a function from devices
 * to plans, without effects.
 *
 * @param document the workflow
 * @param version the document's version, from 1
 */
public record BootstrapScript(WorkflowDocument document, int version) {

  /**
   * Checks the version.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public BootstrapScript {
    if (version < 1) {
      throw new IllegalArgumentException("a workflow's version is at least 1");
    }
  }

  /**
   * Expands the script for one device. The same arguments always give an equal plan.
   *
   * <p>In parameters, {@code client.id} and {@code client.name} are those of the workflow's only
   * client; a workflow with none or several has no such values there.
   *
   * @throws ExpressionException if a template cannot be expanded for this device; the message says
   *     which one and why
   */
  public BootstrapPlan plan(BootstrapContext context) throws ExpressionException {
    List<BootstrapClient> declared = document.bootstrap().clients();
    List<PlannedClient> clients = new ArrayList<>();
    for (BootstrapClient client : declared) {
      clients.add(client(client, context));
    }
    ExpressionVariables variables =
        variables(context, declared.size() == 1 ? declared.get(0).name() : null);
    Map<String, String> parameters = new LinkedHashMap<>();
    for (Map.Entry<String, TemplateExpression> entry :
        document.bootstrap().parameters().entrySet()) {
      try {
        parameters.put(entry.getKey(), entry.getValue().expand(variables));
      } catch (ExpressionException e) {
        throw new ExpressionException("parameter " + entry.getKey() + ": " + e.getMessage());
      }
    }
    return new BootstrapPlan(
        document.name(),
        version,
        context.deviceId(),
        clients,
        parameters,
        document.bootstrap().returnPin());
  }

  private PlannedClient client(BootstrapClient client, BootstrapContext context)
      throws ExpressionException {
    List<RoleGrant> grants = document.roles().get(client.role());
    if (grants == null) {
      throw new ExpressionException("client " + client.name() + ": its role is not defined");
    }
    try {
      return new PlannedClient(
          client.name(),
          client.role(),
          client.authenticationMethods(),
          client.bearerAat(),
          ExpandedGrant.expand(grants, variables(context, client.name())));
    } catch (ExpressionException e) {
      throw new ExpressionException(
          "client " + client.name() + ", role " + client.role() + ": " + e.getMessage());
    }
  }

  private ExpressionVariables variables(BootstrapContext context, @Nullable String clientName) {
    return new ExpressionVariables(
        context.deviceId(),
        context.attributes(),
        clientName == null ? null : context.clientIds().get(clientName),
        clientName,
        document.name(),
        version,
        context.resourceServerUris());
  }
}
