package org.heliogate.authz.grant;

import java.util.List;
import org.heliogate.authz.workflow.RoleGrant;

/**
 * A role (D3.4.2 §3.2): what each client that has it may do.
 *
 * @param name its name, the same for all workflows
 * @param workflow the workflow that last defined it
 * @param workflowVersion in which version
 * @param grants what it gives
 */
public record Role(String name, String workflow, int workflowVersion, List<RoleGrant> grants) {}
