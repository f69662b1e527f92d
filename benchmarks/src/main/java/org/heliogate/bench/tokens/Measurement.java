package org.heliogate.bench.tokens;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.heliogate.bench.load.LoadGenerator;
import org.heliogate.bench.load.Operations;
import org.heliogate.bench.load.Outcome;
import org.heliogate.bench.measure.ProcessUse;
import org.heliogate.bench.tokens.Contender.Running;

/**
 * The measurement of a server that runs: each operation under load until the code is compiled, and
 * then counted.
 *
 * @param operations what is measured, in this order
 * @param connections how many connections are kept open
 * @param warmUp how long each operation runs uncounted, except that introspection has a minute at
 *     most
 * @param during how long it is counted
 */
record Measurement(Set<Operation> operations, int connections, Duration warmUp, Duration during) {

  /**
   * Measures each operation.
   *
   * @param progress told what is done
   * @param security told the TLS version and cipher suite
   */
  Map<Operation, Sample> of(Running running, Consumer<String> progress, Consumer<String> security)
      throws IOException {
    Map<Operation, Sample> samples = new EnumMap<>(Operation.class);
    try (LoadGenerator generator =
        LoadGenerator.connect(running.server(), running.authorities(), connections)) {
      security.accept(generator.security());
      Traffic traffic = new Traffic(running.server(), running.vocabulary(), running.population());
      for (Operation operation : operations) {
        progress.accept(operation.label());
        Duration uncounted = operation.warmUp(warmUp);
        Operations operations = traffic.of(operation, generator, uncounted.plus(during));
        generator.run(operations, uncounted);
        samples.put(operation, sample(running, generator, operations));
      }
    }
    return samples;
  }

  private Sample sample(Running running, LoadGenerator generator, Operations operations)
      throws IOException {
    long self = ProcessHandle.current().pid();
    ProcessUse server = ProcessUse.of(running.pid());
    ProcessUse own = ProcessUse.of(self);
    Outcome outcome = generator.run(operations, during);
    ProcessUse serverAfter = ProcessUse.of(running.pid());
    Duration serverCpu = serverAfter.cpu().minus(server.cpu());
    Duration ownCpu = ProcessUse.of(self).cpu().minus(own.cpu());
    long right = outcome.latencies().count();
    long done = Math.max(1, right + outcome.failed());
    double elapsed = Math.max(1, outcome.elapsed().toNanos());
    return new Sample(
        outcome.rate(),
        outcome.latencies().median(),
        outcome.latencies().atPercentile(99),
        right,
        outcome.failed(),
        outcome.faults(),
        serverCpu.dividedBy(done),
        ownCpu.dividedBy(done),
        serverCpu.toNanos() / elapsed,
        ownCpu.toNanos() / elapsed,
        serverAfter.residentKiB());
  }
}
