package org.heliogate.bench.tokens;

import java.time.Duration;
import java.util.List;

/**
 * One measurement of an operation.
 *
 * @param rate right operations a second
 * @param median the time of the operation that half of the others do not exceed
 * @param p99 the one that 99 of 100 do not exceed
 * @param right how many were right
 * @param wrong how many were not
 * @param faults what was wrong with these
 * @param serverCpu what an operation cost the server's process
 * @param generatorCpu what it cost the load generator
 * @param serverCores how many processors the server used on average
 * @param generatorCores how many the load generator used
 * @param residentKiB the server's memory at the end
 */
record Sample(
    double rate,
    Duration median,
    Duration p99,
    long right,
    long wrong,
    List<String> faults,
    Duration serverCpu,
    Duration generatorCpu,
    double serverCores,
    double generatorCores,
    long residentKiB) {}
