package org.heliogate.rar.mqtt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One line of a role in the dynamic security plugin.
 *
 * @param type the plugin's ACL type, for example {@code publishClientSend}
 * @param topic the topic filter that it is about
 * @param priority the plugin takes the first match in falling priority
 * @param allow whether the access is allowed or refused
 */
record Acl(String type, String topic, int priority, boolean allow) {

  /** A client publishes. */
  static final String PUBLISH_SEND = "publishClientSend";

  /** The broker delivers a message to a client. */
  static final String PUBLISH_RECEIVE = "publishClientReceive";

  /** A client asks for a subscription whose filter is covered by the topic. */
  static final String SUBSCRIBE_PATTERN = "subscribePattern";

  /** Reads an ACL as the plugin writes it. */
  static Acl fromJson(JsonNode json) {
    return new Acl(
        json.path("acltype").asText(),
        json.path("topic").asText(),
        json.path("priority").asInt(0),
        json.path("allow").asBoolean(false));
  }

  /** Writes an ACL as the plugin reads it. */
  ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("acltype", type)
        .put("topic", topic)
        .put("priority", priority)
        .put("allow", allow);
  }
}
