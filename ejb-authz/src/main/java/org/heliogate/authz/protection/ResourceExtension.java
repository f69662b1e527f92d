package org.heliogate.authz.protection;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.jspecify.annotations.Nullable;

/**
 * What a resource server says of a resource beyond UMA's members: those that Keycloak's client has.
 * They are kept and given back; nothing is decided by them.
 *
 * @param displayName its name for people, at most 256 characters; null for none
 * @param ownerManagedAccess whether a person may share it, which nobody does here; null if its
 *     server did not say
 * @param uris where it is, at most 32 texts of at most 1,024 characters
 * @param attributes at most 64, whose names have at most 64 and whose values at most 1,024
 *     characters
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ResourceExtension(
    @Nullable String displayName,
    @Nullable Boolean ownerManagedAccess,
    List<String> uris,
    Map<String, List<String>> attributes) {

  /** Of a resource of which nothing more is said. */
  public static final ResourceExtension NONE =
      new ResourceExtension(null, null, List.of(), Map.of());

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_NAME = 256;
  private static final int MAX_URIS = 32;
  private static final int MAX_ATTRIBUTES = 64;
  private static final int MAX_ATTRIBUTE_NAME = 64;
  private static final int MAX_VALUE = 1024;
  private static final int MAX_JSON = 8192;

  /**
   * Checks all members; null stands for no URIs and no attributes.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} for one that cannot be, or more than
   *     8,192 characters in all
   */
  public ResourceExtension(
      @Nullable String displayName,
      @Nullable Boolean ownerManagedAccess,
      @Nullable List<String> uris,
      @Nullable Map<String, List<String>> attributes) {
    this.displayName = displayName;
    this.ownerManagedAccess = ownerManagedAccess;
    this.uris = uris == null ? List.of() : complete("uris", uris);
    SortedMap<String, List<String>> values = new TreeMap<>();
    if (attributes != null) {
      attributes.forEach((name, all) -> values.put(name, complete("attributes", all)));
    }
    this.attributes = Collections.unmodifiableSortedMap(values);
    ResourceDescription.checkText("displayName", displayName, MAX_NAME);
    if (this.uris.size() > MAX_URIS) {
      throw refused("uris: at most " + MAX_URIS);
    }
    this.uris.forEach(uri -> ResourceDescription.checkText("uris", uri, MAX_VALUE));
    if (this.attributes.size() > MAX_ATTRIBUTES) {
      throw refused("attributes: at most " + MAX_ATTRIBUTES);
    }
    this.attributes.forEach(
        (name, all) -> {
          ResourceDescription.checkText("attributes: a name", name, MAX_ATTRIBUTE_NAME);
          all.forEach(one -> ResourceDescription.checkText("attributes: a value", one, MAX_VALUE));
        });
    String json = json();
    if (json != null && json.length() > MAX_JSON) {
      throw refused("displayName, uris and attributes: at most " + MAX_JSON + " characters in all");
    }
  }

  /** As it is stored; null where nothing is said. */
  @Nullable String json() {
    if (displayName == null
        && ownerManagedAccess == null
        && uris.isEmpty()
        && attributes.isEmpty()) {
      return null;
    }
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts are JSON", e);
    }
  }

  /** What was stored. */
  static ResourceExtension ofJson(@Nullable String json) {
    try {
      return json == null ? NONE : JSON.readValue(json, ResourceExtension.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored extension is JSON", e);
    }
  }

  private static List<String> complete(String member, @Nullable List<String> texts) {
    if (texts == null || texts.stream().anyMatch(one -> one == null)) {
      throw refused(member + ": null");
    }
    return List.copyOf(texts);
  }

  private static RequestException refused(String reason) {
    return new RequestException(ErrorCode.INVALID_REQUEST, reason);
  }
}
