package org.heliogate.device.cli;

import java.io.PrintWriter;

/** A line on a terminal that says how far long work is; nothing where there is no terminal. */
final class Progress implements AutoCloseable {

  /** Set by the launcher when standard error is a terminal. */
  private static final String TERMINAL = "wams.terminal";

  private final PrintWriter out;
  private final String doing;
  private final int total;
  private final boolean visible;
  private int done;

  Progress(PrintWriter out, String doing, int total) {
    this.out = out;
    this.doing = doing;
    this.total = total;
    this.visible = Boolean.getBoolean(TERMINAL) && total > 1;
  }

  synchronized void step() {
    done++;
    if (visible) {
      out.print("\r" + doing + " " + done + "/" + total);
      out.flush();
    }
  }

  /** Wipes the line. */
  @Override
  public synchronized void close() {
    if (visible && done > 0) {
      out.print("\r" + " ".repeat(doing.length() + 24) + "\r");
      out.flush();
    }
  }
}
