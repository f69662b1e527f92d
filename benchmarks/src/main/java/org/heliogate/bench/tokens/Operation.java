package org.heliogate.bench.tokens;

/** What is measured; the order is that of the table. */
enum Operation {
  ACCESS_TOKEN("access_token", "AAT", 5),
  PERMISSION("permission", "ticket + RPT", 5),
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
