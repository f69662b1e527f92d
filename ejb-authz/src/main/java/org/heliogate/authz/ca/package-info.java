/**
 * The certificate authority's books: who got which certificate, which are revoked, and the CRL that
 * says so (architecture, decisions 3 and 5).
 *
 * <p>A certificate is issued in three steps: the serial and the intent are committed, the HSM signs
 * outside of any transaction, the certificate is committed. What is lost between the steps is found
 * and put on the CRL. CRLs are signed by one node at a time, never in a request's transaction.
 */
@NullMarked
package org.heliogate.authz.ca;

import org.jspecify.annotations.NullMarked;
