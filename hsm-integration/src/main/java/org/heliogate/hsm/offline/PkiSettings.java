package org.heliogate.hsm.offline;

import java.nio.file.Path;
import java.util.List;
import org.heliogate.hsm.ca.PkiLocations;
import org.jspecify.annotations.Nullable;

/**
 * What the person at the terminal decided.
 *
 * @param hosts DNS names of HTTPS and broker, the first of them their CN; at least one
 * @param ips IP address literals of HTTPS and broker
 * @param organization O of the CAs and servers
 * @param locations addresses that certificates name
 * @param tokenLabel label of the token
 * @param library the PKCS#11 library, or null for SoftHSM2's
 * @param evaluation whether software keys in a file take the token's place
 */
record PkiSettings(
    List<String> hosts,
    List<String> ips,
    String organization,
    PkiLocations locations,
    String tokenLabel,
    @Nullable Path library,
    boolean evaluation) {}
