package org.heliogate.bench.tokens;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What was measured at one number of clients and resources.
 *
 * @param size that number
 * @param peerSize the peer's, which may bear fewer; 0 without a peer
 * @param ours this product's samples, one a round
 * @param peer the peer's, in the same rounds; empty without a peer
 */
record Level(
    int size, int peerSize, Map<Operation, List<Sample>> ours, Map<Operation, List<Sample>> peer) {

  /** A level of which nothing was measured yet. */
  static Level of(int size, int peerSize) {
    return new Level(
        size, peerSize, new EnumMap<>(Operation.class), new EnumMap<>(Operation.class));
  }

  /** Adds a round of this product's. */
  void addOurs(Map<Operation, Sample> round) {
    add(ours, round);
  }

  /** Adds a round of the peer's. */
  void addPeer(Map<Operation, Sample> round) {
    add(peer, round);
  }

  private static void add(Map<Operation, List<Sample>> rounds, Map<Operation, Sample> round) {
    round.forEach(
        (operation, sample) ->
            rounds.computeIfAbsent(operation, key -> new ArrayList<>()).add(sample));
  }

  /** This product's rate divided by the peer's, a round each; empty without a peer. */
  double[] ratios(Operation operation) {
    List<Sample> own = ours.getOrDefault(operation, List.of());
    List<Sample> others = peer.getOrDefault(operation, List.of());
    double[] ratios = new double[Math.min(own.size(), others.size())];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = own.get(i).rate() / others.get(i).rate();
    }
    return ratios;
  }

  /** How many answers were wrong. */
  long wrong() {
    return wrong(ours) + wrong(peer);
  }

  private static long wrong(Map<Operation, List<Sample>> samples) {
    return samples.values().stream().flatMap(List::stream).mapToLong(Sample::wrong).sum();
  }
}
