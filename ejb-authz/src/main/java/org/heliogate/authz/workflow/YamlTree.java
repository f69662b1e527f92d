package org.heliogate.authz.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.JsonScalarResolver;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;

/**
 * Reads one YAML document into a JSON tree from the parser's events, within bounds: 16 levels,
 * 10,000 nodes with all aliases expanded, keys of 128 characters. Scalars are those of YAML's JSON
 * schema, so {@code no}, {@code 0x10} and {@code 2026-01-01} are strings; tags of that schema only.
 * A merge key ({@code <<}) is a key like any other. Used once.
 */
final class YamlTree {

  private static final int MAX_DEPTH = 16;
  private static final int MAX_NODES = 10_000;
  private static final int MAX_KEY_LENGTH = 128;
  private static final int MAX_INTEGER_LENGTH = 18;
  private static final ScalarResolver RESOLVER = new JsonScalarResolver();
  private static final Map<String, Tag> SCALAR_TAGS =
      Stream.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL)
          .collect(Collectors.toUnmodifiableMap(Tag::getValue, Function.identity()));

  /** A node and how many nodes it is made of, its aliases expanded. */
  private record Sized(JsonNode node, int nodes) {}

  /** Ends the reading of a document that is already known to be refused. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final DocumentFaults faults;
  private final Map<Anchor, Sized> anchors = new HashMap<>();
  private final Iterator<Event> events;
  private int nodes;

  private YamlTree(String yaml, DocumentFaults faults) {
    // The buffer takes the text whole: the library fails where one ends amid a character.
    int room = yaml.length() + 1;
    LoadSettings settings =
        LoadSettings.builder().setCodePointLimit(room).setBufferSize(room).build();
    this.faults = faults;
    this.events = new Parse(settings).parseString(yaml).iterator();
  }

  /**
   * The document's tree, with what was faulty left out and noted; null if there is none or its
   * structure cannot be known.
   */
  static @Nullable JsonNode read(String yaml, DocumentFaults faults) {
    try {
      return new YamlTree(yaml, faults).document();
    } catch (Refused e) {
      return null;
    } catch (MarkedYamlEngineException e) {
      faults.add("", "not YAML: " + e.getProblem(), e.getProblemMark());
    } catch (ReaderException e) {
      faults.add("", String.format("the character U+%04X is not allowed", e.getCodePoint()));
    } catch (YamlEngineException e) {
      faults.add("", "not YAML 1.2");
    }
    return null;
  }

  private JsonNode document() {
    next();
    Event start = next();
    if (start.getEventId() != Event.ID.DocumentStart) {
      throw refuse("", "the document is empty", start);
    }
    JsonNode root = node(next(), "", 1);
    next();
    Event end = next();
    if (end.getEventId() != Event.ID.StreamEnd) {
      throw refuse("", "there is more than one document", end);
    }
    return root;
  }

  private Event next() {
    return events.next();
  }

  private JsonNode node(Event event, String pointer, int depth) {
    faults.locate(pointer, event.getStartMark());
    if (event instanceof AliasEvent alias) {
      Sized target = anchors.get(alias.getAlias());
      if (target == null) {
        throw refuse(pointer, "an alias without an anchor before it, or within it", event);
      }
      count(target.nodes(), pointer, event);
      return target.node();
    }
    if (depth > MAX_DEPTH) {
      throw refuse(pointer, "nested more than " + MAX_DEPTH + " levels", event);
    }
    int before = nodes;
    count(1, pointer, event);
    JsonNode node =
        switch (event.getEventId()) {
          case Scalar -> scalar((ScalarEvent) event, pointer);
          case SequenceStart -> sequence((CollectionStartEvent) event, pointer, depth);
          case MappingStart -> mapping((CollectionStartEvent) event, pointer, depth);
          default -> throw refuse(pointer, "not YAML", event);
        };
    Optional<Anchor> anchor = ((NodeEvent) event).getAnchor();
    anchor.ifPresent(name -> anchors.put(name, new Sized(node, nodes - before)));
    return node;
  }

  private void count(int added, String pointer, Event event) {
    nodes += added;
    if (nodes > MAX_NODES) {
      throw refuse(pointer, "more than " + MAX_NODES + " nodes, with every alias expanded", event);
    }
  }

  private ArrayNode sequence(CollectionStartEvent start, String pointer, int depth) {
    checkTag(start, Tag.SEQ, pointer);
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    Event event = next();
    while (event.getEventId() != Event.ID.SequenceEnd) {
      array.add(node(event, DocumentFaults.child(pointer, array.size()), depth + 1));
      event = next();
    }
    return array;
  }

  private ObjectNode mapping(CollectionStartEvent start, String pointer, int depth) {
    checkTag(start, Tag.MAP, pointer);
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    Event event = next();
    while (event.getEventId() != Event.ID.MappingEnd) {
      Event keyEvent = event;
      String key = key(keyEvent, pointer);
      String child = DocumentFaults.child(pointer, key);
      JsonNode value = node(next(), child, depth + 1);
      if (object.has(key)) {
        faults.add(child, "the key is there twice", keyEvent.getStartMark());
      } else {
        object.set(key, value);
      }
      event = next();
    }
    return object;
  }

  private String key(Event event, String pointer) {
    if (!(event instanceof ScalarEvent scalar)) {
      throw refuse(pointer, "a key is not a plain text", event);
    }
    if (scalar.getTag().isPresent() || scalar.getAnchor().isPresent()) {
      faults.add(pointer, "a key has a tag or an anchor", event.getStartMark());
    }
    if (scalar.getValue().length() > MAX_KEY_LENGTH) {
      throw refuse(pointer, "a key is longer than " + MAX_KEY_LENGTH + " characters", event);
    }
    return scalar.getValue();
  }

  private JsonNode scalar(ScalarEvent event, String pointer) {
    String value = event.getValue();
    Tag plain = RESOLVER.resolve(value, true);
    Tag tag = event.isPlain() ? plain : Tag.STR;
    if (event.getTag().isPresent()) {
      // Compared as texts: a Tag cannot be made of everything that a document may say.
      tag = SCALAR_TAGS.get(event.getTag().get());
      if (tag == null || !(tag.equals(Tag.STR) || tag.equals(plain))) {
        faults.add(
            pointer,
            tag == null
                ? "a tag that is not of the JSON schema"
                : "the value is not what its tag says",
            event.getStartMark());
        return TextNode.valueOf(value);
      }
    }
    if (tag.equals(Tag.NULL)) {
      return NullNode.getInstance();
    }
    if (tag.equals(Tag.BOOL)) {
      return BooleanNode.valueOf(Boolean.parseBoolean(value));
    }
    if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      return number(value, tag, pointer, event);
    }
    return TextNode.valueOf(value);
  }

  private JsonNode number(String value, Tag tag, String pointer, Event event) {
    if (tag.equals(Tag.INT) && value.length() <= MAX_INTEGER_LENGTH) {
      return LongNode.valueOf(Long.parseLong(value));
    }
    try {
      double number = Double.parseDouble(value);
      if (tag.equals(Tag.FLOAT) && Double.isFinite(number)) {
        return DoubleNode.valueOf(number);
      }
    } catch (NumberFormatException e) {
      faults.add(pointer, "YAML's infinities and NaN are no JSON numbers", event.getStartMark());
      return NullNode.getInstance();
    }
    faults.add(pointer, "the number is too large", event.getStartMark());
    return NullNode.getInstance();
  }

  private void checkTag(CollectionStartEvent event, Tag expected, String pointer) {
    if (event.getTag().filter(tag -> !tag.equals(expected.getValue())).isPresent()) {
      faults.add(pointer, "a tag that is not of the JSON schema", event.getStartMark());
    }
  }

  private Refused refuse(String pointer, String reason, Event event) {
    faults.add(pointer, reason, event.getStartMark());
    return new Refused();
  }
}
