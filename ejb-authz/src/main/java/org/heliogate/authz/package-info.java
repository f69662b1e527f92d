/**
 * The authorization server: devices and their workflows, clients and tokens, grants and what each
 * resource server must enforce, certificates, and the audit trail of it all.
 *
 * <p>Packages are by feature. On top of each lie the service and its records, JPA stays in a {@code
 * jpa} package below. Data flows one way: a service decides in one transaction and leaves behind
 * projections; the relay carries them to the resource servers afterwards.
 */
@NullMarked
package org.heliogate.authz;

import org.jspecify.annotations.NullMarked;
