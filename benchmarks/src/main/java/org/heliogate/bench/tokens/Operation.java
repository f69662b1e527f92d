package org.heliogate.bench.tokens;

/** What can be measured; the order is that of the table. */
public enum Operation {
  /** An AAT for a client that authenticates itself. */
  ACCESS_TOKEN("access_token", "AAT", 5),
  /** A fresh ticket and its redemption for an RPT. */
  PERMISSION("permission", "ticket + RPT", 5),
  /** The introspection of an RPT. */
  INTROSPECTION("introspection", "introspection", 0);

  private final String key;
  private final String label;
  private final int goal;

  Operation(String key, String label, int goal) {
    this.key = key;
    this.label = label;
    this.goal = goal;
  }

  /** Its name in machine-readable output. */
  String key() {
    return key;
  }

  /** What a person reads. */
  String label() {
    return label;
  }

  /** How many times the peer's rate it should reach; 0 for no goal. */
  int goal() {
    return goal;
  }
}
