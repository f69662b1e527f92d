package org.heliogate.authz.startup;

import jakarta.enterprise.context.ApplicationScoped;

/** Whether what happens once at start is done on this node. */
@ApplicationScoped
public class Preparation {

  private volatile boolean complete;

  /** Whether it is done. */
  public boolean complete() {
    return complete;
  }

  void completed() {
    complete = true;
  }
}
