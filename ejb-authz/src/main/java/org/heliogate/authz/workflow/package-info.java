/**
 * Workflows as documents: the roles of a workflow, what each role may do, and the bootstrap script
 * that says what a device of the workflow becomes (D3.4.2 §3.2, steps 1, 2 and 5).
 *
 * <p>Everything here is pure: {@link org.heliogate.authz.workflow.WorkflowParser} makes a {@link
 * org.heliogate.authz.workflow.WorkflowDocument} of bytes, {@link
 * org.heliogate.authz.workflow.BootstrapScript} makes a {@link
 * org.heliogate.authz.workflow.BootstrapPlan} of a document and a device, and {@link
 * org.heliogate.authz.workflow.WorkflowDifference} compares two documents for the devices that
 * exist. Nothing reads a clock, a database or a network; all types are immutable and safe for use
 * by several threads.
 */
@NullMarked
package org.heliogate.authz.workflow;

import org.jspecify.annotations.NullMarked;
