/** What the status of certificates costs: OCSP answers beside the signatures of an HSM. */
@NullMarked
package org.heliogate.bench.status;

import org.jspecify.annotations.NullMarked;
