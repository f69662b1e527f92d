package org.heliogate.fuzz;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A JSON object as text whose members may be broken in every way: they are kept raw and in order,
 * and a name may stand there twice. Immutable.
 */
public final class JsonText {

  private static final HexFormat HEX = HexFormat.of();
  private static final int[] DEPTHS = {2, 51, 600, 20_000};
  private final List<Map.Entry<String, String>> members;

  private JsonText(List<Map.Entry<String, String>> members) {
    this.members = List.copyOf(members);
  }

  /** An object without members. */
  public static JsonText object() {
    return new JsonText(List.of());
  }

  /** The same with one more member whose value is this JSON. */
  public JsonText with(String name, String json) {
    List<Map.Entry<String, String>> more = new ArrayList<>(members);
    more.add(Map.entry(name, json));
    return new JsonText(more);
  }

  /** The same with one more member whose value is this text. */
  public JsonText withText(String name, String value) {
    return with(name, quoted(value));
  }

  /** The same with up to three changes to its members; often none to those of one name. */
  public JsonText mutated(Chance chance) {
    List<Map.Entry<String, String>> changed = new ArrayList<>(members);
    for (int changes = chance.below(4); changes > 0; changes--) {
      int at = chance.below(changed.size() + 1);
      if (at == changed.size()) {
        changed.add(Map.entry(chance.of("x", "", "__proto__", "@class", "\0"), value(chance)));
        continue;
      }
      Map.Entry<String, String> member = changed.get(at);
      switch (chance.below(8)) {
        case 0 -> changed.remove(at);
        case 1 -> changed.add(member);
        case 2 -> changed.add(Map.entry(member.getKey(), value(chance)));
        case 3 ->
            changed.set(at, Map.entry(member.getKey().toUpperCase(Locale.ROOT), member.getValue()));
        case 4 -> changed.set(at, Map.entry(member.getKey(), '[' + member.getValue() + ']'));
        case 5 -> changed.set(at, Map.entry(Mutations.text(chance, member.getKey()), "1"));
        default -> changed.set(at, Map.entry(member.getKey(), value(chance)));
      }
    }
    return new JsonText(changed);
  }

  /** The text, sometimes no JSON any more. */
  public String broken(Chance chance) {
    return chance.oneIn(4) ? Mutations.text(chance, toString()) : toString();
  }

  /** A JSON value of any kind. */
  public static String value(Chance chance) {
    return switch (chance.below(8)) {
      case 0 -> chance.of("null", "true", "false", "[]", "{}", "[null]", "{\"a\":1}", "[{}]");
      case 1, 2 -> chance.number();
      case 3 -> nested(chance);
      case 4 -> '[' + quoted(chance.text()) + ',' + quoted(chance.text()) + ']';
      default -> quoted(chance.text());
    };
  }

  /** The JSON string of a text; what is not ASCII is escaped, so that lone surrogates survive. */
  public static String quoted(String text) {
    StringBuilder json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        json.append("\\u").append(HEX.toHexDigits(c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }

  private static String nested(Chance chance) {
    int depth = DEPTHS[chance.below(DEPTHS.length)];
    return switch (chance.below(3)) {
      case 0 -> "[".repeat(depth) + "]".repeat(depth);
      case 1 -> "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
      default -> "[".repeat(depth);
    };
  }

  @Override
  public String toString() {
    StringBuilder json = new StringBuilder("{");
    members.forEach(
        member ->
            json.append(json.length() == 1 ? "" : ",")
                .append(quoted(member.getKey()))
                .append(':')
                .append(member.getValue()));
    return json.append('}').toString();
  }
}
