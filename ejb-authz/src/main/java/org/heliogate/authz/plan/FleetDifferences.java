package org.heliogate.authz.plan;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.heliogate.authz.workflow.BootstrapContext;
import org.heliogate.authz.workflow.BootstrapScript;
import org.heliogate.authz.workflow.WorkflowDifference;
import org.heliogate.authz.workflow.WorkflowDifference.DeviceDifference;
import org.jspecify.annotations.Nullable;

/**
 * What another version of a workflow means for one device after the other. It knows one page of the
 * fleet and one device's difference at a time, so that neither memory nor a transaction grows with
 * the fleet. The first page is read at once. What is bootstrapped or changed meanwhile may or may
 * not be among it.
 */
final class FleetDifferences implements Iterator<DeviceDifference> {

  private final @Nullable BootstrapScript before;
  private final BootstrapScript after;
  private final Function<String, List<BootstrapContext>> pages;
  private List<BootstrapContext> page;
  private int position;
  private @Nullable DeviceDifference next;

  /**
   * The differences between two versions.
   *
   * @param before the version in force; null if there is none
   * @param after the other version
   * @param pages the page of {@link BootstrappedDevices#PAGE} after a master ID
   */
  FleetDifferences(
      @Nullable BootstrapScript before,
      BootstrapScript after,
      Function<String, List<BootstrapContext>> pages) {
    this.before = before;
    this.after = after;
    this.pages = pages;
    this.page = pages.apply("");
  }

  @Override
  public boolean hasNext() {
    while (next == null && turned()) {
      next = WorkflowDifference.between(before, after, page.get(position)).orElse(null);
      position++;
    }
    return next != null;
  }

  @Override
  public DeviceDifference next() {
    DeviceDifference found = hasNext() ? next : null;
    if (found == null) {
      throw new NoSuchElementException();
    }
    next = null;
    return found;
  }

  /** Whether there is one more device, on this page or the next. */
  private boolean turned() {
    if (position == BootstrappedDevices.PAGE) {
      page = pages.apply(page.get(position - 1).deviceId());
      position = 0;
    }
    return position < page.size();
  }
}
