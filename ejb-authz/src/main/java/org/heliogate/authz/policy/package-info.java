/**
 * What operators decide themselves: grants and refusals to clients and roles, their bounds in time,
 * and approvals of what a client has asked for.
 */
@NullMarked
package org.heliogate.authz.policy;

import org.jspecify.annotations.NullMarked;
