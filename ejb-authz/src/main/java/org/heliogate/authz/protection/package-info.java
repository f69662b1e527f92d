/**
 * What resource servers that check tokens themselves use (UMA FedAuthz; RFC 7662, RFC 7009): the
 * registration of their resources, permission tickets, introspection, and the end of tokens.
 */
@NullMarked
package org.heliogate.authz.protection;

import org.jspecify.annotations.NullMarked;
