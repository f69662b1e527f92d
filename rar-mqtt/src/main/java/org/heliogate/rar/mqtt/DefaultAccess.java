package org.heliogate.rar.mqtt;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.heliogate.spi.ResourceProxyException;

/**
 * What the plugin does where no role of a client says anything. All enforcement rests on it: what
 * is not granted must be refused, delivery included, so that a client without an entry can connect
 * with its certificate but do nothing.
 *
 * @param type the kind of access
 * @param allow whether it is allowed
 */
record DefaultAccess(String type, boolean allow) {

  /** What the adapter relies on; unsubscribing is harmless and always allowed. */
  static final List<DefaultAccess> REQUIRED =
      List.of(
          new DefaultAccess("publishClientSend", false),
          new DefaultAccess("publishClientReceive", false),
          new DefaultAccess("subscribe", false),
          new DefaultAccess("unsubscribe", true));

  /**
   * Reads the broker's defaults and puts them right where they are wrong.
   *
   * @param userName the proxy's own entry at the broker
   * @throws ResourceProxyException not retryable if refusing delivery by default would cut off the
   *     proxy itself, because its own role does not allow the delivery of answers
   */
  static void ensure(BrokerLink link, String userName) throws ResourceProxyException {
    if (isRequired(link)) {
      return;
    }
    if (!mayReceiveAnswers(link, userName)) {
      throw new ResourceProxyException(
          "the broker allows by default what must be refused, and this cannot be put right: a role"
              + " of the proxy's own entry must allow publishClientReceive on "
              + BrokerLink.RESPONSE_TOPIC,
          false,
          null);
    }
    JsonNode reply = link.request(List.of(Commands.setDefaultAclAccess(REQUIRED))).get(0);
    if (reply.has("error") || !isRequired(link)) {
      throw new ResourceProxyException("the broker kept its unsafe default access", false, null);
    }
  }

  /** Whether the broker refuses by default what it must. */
  static boolean isRequired(BrokerLink link) throws ResourceProxyException {
    JsonNode reply = link.request(List.of(Commands.getDefaultAclAccess())).get(0);
    List<DefaultAccess> actual = new ArrayList<>();
    for (JsonNode acl : reply.path("data").path("acls")) {
      actual.add(new DefaultAccess(acl.path("acltype").asText(), acl.path("allow").asBoolean()));
    }
    return actual.containsAll(REQUIRED);
  }

  private static boolean mayReceiveAnswers(BrokerLink link, String userName)
      throws ResourceProxyException {
    JsonNode self = link.request(List.of(Commands.getClient(userName))).get(0);
    for (String name : ClientEntry.fromJson(self.path("data").path("client")).roles()) {
      JsonNode role = link.request(List.of(Commands.getRole(name))).get(0);
      boolean receives =
          RoleEntry.fromJson(role.path("data").path("role")).acls().stream()
              .anyMatch(
                  acl ->
                      acl.allow()
                          && acl.type().equals(Acl.PUBLISH_RECEIVE)
                          && TopicFilter.matches(acl.topic(), BrokerLink.RESPONSE_TOPIC));
      if (receives) {
        return true;
      }
    }
    return false;
  }
}
