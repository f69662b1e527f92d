package org.heliogate.authz.workflow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.heliogate.authz.workflow.BootstrapPlan.PlannedClient;
import org.jspecify.annotations.Nullable;

/**
 * What a change of a workflow would add and remove, per device and resource server: the answer of
 * the administration API's {@code plan}. It compares what two scripts grant, not what is enforced.
 */
public final class WorkflowDifference {

  /**
   * Stands for {@code client.id} of a client that a device does not have yet, in the resources
   * shown only.
   */
  public static final String NEW_CLIENT_ID = "NEW-CLIENT";

  private WorkflowDifference() {}

  /**
   * Compares two scripts for a device.
   *
   * @param before the version with which the device was bootstrapped; null if there was none, so
   *     that all is added
   * @param after the version to change to; null if the workflow is to go, so that all is removed
   * @param device a device of the workflow; {@link BootstrapContext#clientIds()} may lack clients
   *     that are new
   * @return empty if nothing changes and the device can be planned
   */
  public static Optional<DeviceDifference> between(
      @Nullable BootstrapScript before, @Nullable BootstrapScript after, BootstrapContext device) {
    DeviceDifference difference = compared(before, after, device);
    return difference.failure() == null && difference.servers().isEmpty()
        ? Optional.empty()
        : Optional.of(difference);
  }

  private static DeviceDifference compared(
      @Nullable BootstrapScript before, @Nullable BootstrapScript after, BootstrapContext device) {
    SortedSet<ServerAccess> had;
    SortedSet<ServerAccess> gets;
    try {
      had = accesses(before, device);
      gets = accesses(after, device);
    } catch (ExpressionException e) {
      return new DeviceDifference(device.deviceId(), List.of(), e.getMessage());
    }
    SortedSet<String> servers = new TreeSet<>();
    had.forEach(access -> servers.add(access.server()));
    gets.forEach(access -> servers.add(access.server()));
    List<ServerDifference> differences = new ArrayList<>();
    for (String server : servers) {
      List<Access> added = missing(server, gets, had);
      List<Access> removed = missing(server, had, gets);
      if (!added.isEmpty() || !removed.isEmpty()) {
        differences.add(new ServerDifference(server, added, removed));
      }
    }
    return new DeviceDifference(device.deviceId(), differences, null);
  }

  /** The accesses at {@code server} that are in {@code these} and not in {@code those}. */
  private static List<Access> missing(
      String server, SortedSet<ServerAccess> these, SortedSet<ServerAccess> those) {
    return these.stream()
        .filter(access -> access.server().equals(server) && !those.contains(access))
        .map(ServerAccess::access)
        .toList();
  }

  private static SortedSet<ServerAccess> accesses(
      @Nullable BootstrapScript script, BootstrapContext device) throws ExpressionException {
    SortedSet<ServerAccess> accesses = new TreeSet<>();
    if (script == null) {
      return accesses;
    }
    Map<String, String> clientIds = new HashMap<>();
    script
        .document()
        .bootstrap()
        .clients()
        .forEach(client -> clientIds.put(client.name(), NEW_CLIENT_ID));
    clientIds.putAll(device.clientIds());
    BootstrapContext complete =
        new BootstrapContext(
            device.deviceId(), device.attributes(), clientIds, device.resourceServerUris());
    for (PlannedClient client : script.plan(complete).clients()) {
      for (ExpandedGrant grant : client.grants()) {
        for (String scope : grant.scopes()) {
          accesses.add(
              new ServerAccess(
                  grant.resourceServer(),
                  new Access(client.name(), grant.resource().value(), scope)));
        }
      }
    }
    return accesses;
  }

  /**
   * What changes for one device.
   *
   * @param deviceId the master ID
   * @param servers the resource servers where something changes, by id
   * @param failure why one of the scripts cannot be expanded for this device, in which case {@code
   *     servers} is empty; null if both can
   */
  public record DeviceDifference(
      String deviceId, List<ServerDifference> servers, @Nullable String failure) {

    /** Takes an unmodifiable copy. */
    public DeviceDifference {
      servers = List.copyOf(servers);
    }

    /** What changes at one resource server, if something does. */
    public Optional<ServerDifference> server(String resourceServer) {
      return servers.stream().filter(s -> s.resourceServer().equals(resourceServer)).findFirst();
    }
  }

  /**
   * What changes for one device at one resource server; at least one of the lists is not empty.
   *
   * @param resourceServer the resource server's id
   * @param added what the device's clients could do and cannot do now, sorted
   * @param removed what they can do now and could not any more, sorted
   */
  public record ServerDifference(String resourceServer, List<Access> added, List<Access> removed) {

    /** Takes unmodifiable copies. */
    public ServerDifference {
      added = List.copyOf(added);
      removed = List.copyOf(removed);
    }
  }

  /**
   * One right of one client. Sorted by client, resource and scope.
   *
   * @param client the client's name in the workflow
   * @param resource the expanded resource
   * @param scope the resource server's verb
   */
  public record Access(String client, String resource, String scope) implements Comparable<Access> {

    @Override
    public int compareTo(Access other) {
      int byClient = client.compareTo(other.client);
      int byResource = byClient != 0 ? byClient : resource.compareTo(other.resource);
      return byResource != 0 ? byResource : scope.compareTo(other.scope);
    }
  }

  private record ServerAccess(String server, Access access) implements Comparable<ServerAccess> {

    @Override
    public int compareTo(ServerAccess other) {
      int byServer = server.compareTo(other.server);
      return byServer != 0 ? byServer : access.compareTo(other.access);
    }
  }
}
