/**
 * The key ceremony before the server's first start: a command that makes the CA keys on the token
 * and issues the certificates without which neither brokers nor server can start.
 *
 * <p>{@link org.heliogate.hsm.offline.PkiCommand} is the command line, {@link
 * org.heliogate.hsm.offline.PkiInitialisation} the steps; each of them is done only where its
 * result is missing, so that a run that was cut off is completed by the next.
 */
@NullMarked
package org.heliogate.hsm.offline;

import org.jspecify.annotations.NullMarked;
