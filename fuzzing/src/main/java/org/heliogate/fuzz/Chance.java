package org.heliogate.fuzz;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** What is left to chance in one case; the same seed decides the same way. */
public final class Chance {

  private static final int LONG = 5_000;
  private static final int VERY_LONG = 70_000;
  private static final String[] TEXTS = {
    "",
    " ",
    "\0",
    "a\0b",
    "\t\r\n",
    "\r\nSet-Cookie: a=b",
    "\u0007\u001b[31m",
    "\u202egnp.exe",
    "\u200b",
    "\ufeff",
    "\ufffe",
    "\ud800",
    "\udc00\ud800",
    "\ud83d\ude00",
    "\u00e9",
    "e\u0301",
    "\u0130",
    "%00",
    "%",
    "%zz",
    "%c0%ae",
    "+",
    "a b",
    "../../etc/passwd",
    "//x",
    "$SYS/#",
    "admin/x",
    "#",
    "*",
    "' or '1'='1",
    "\"",
    "\\",
    "<script>alert(1)</script>",
    "${jndi:ldap://127.0.0.1/a}",
    "${device.id}",
    "null",
    "true",
    "0",
    "-1",
    "1.0",
    "01",
    "9223372036854775808",
    "1e999",
    "NaN",
    "[]",
    "{}",
    "=",
    ".",
    "..",
    "a".repeat(65),
    "a".repeat(LONG),
    "\u00e9".repeat(LONG),
    "a".repeat(VERY_LONG)
  };
  private static final String[] NUMBERS = {
    "0",
    "-0",
    "1",
    "-1",
    "0.5",
    "1e3",
    "1E+308",
    "1e309",
    "-1e999",
    "1e1000000000",
    "1e-1000000000",
    "2147483648",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "1" + "0".repeat(999),
    "1" + "0".repeat(1_500),
    "00",
    "+1",
    "0x10",
    "1.",
    "NaN",
    "Infinity"
  };

  private final Random random;
  private final List<String> secrets = new ArrayList<>();

  Chance(long seed) {
    // Neighbouring seeds must not begin alike.
    this.random = new Random(seed * 0x9E3779B97F4A7C15L);
  }

  /** A number from 0 on, less than the bound. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** True once in that many times. */
  public boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  /** One of these. */
  @SafeVarargs
  public final <T> T of(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** One of these. */
  public <T> T of(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** Random bytes, up to that many. */
  public byte[] bytes(int max) {
    byte[] bytes = new byte[random.nextInt(max + 1)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Random text of up to that many UTF-16 units, well-formed or not. */
  public String noise(int max) {
    int units = random.nextInt(max + 1);
    int range = of(0x80, 0x80, 0x100, 0x10000);
    StringBuilder text = new StringBuilder(units);
    for (int i = 0; i < units; i++) {
      text.append((char) random.nextInt(range));
    }
    return text.toString();
  }

  /** A text that has broken something somewhere. */
  public String text() {
    return oneIn(8) ? noise(40) : of(TEXTS);
  }

  /** A number in the way of JSON, or nearly. */
  public String number() {
    return of(NUMBERS);
  }

  /** A text that must show up nowhere, 32 hexadecimal digits. */
  public String secret() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return secret(HexFormat.of().formatHex(bytes));
  }

  /** Says that this text is a secret, and gives it back. */
  public String secret(String text) {
    secrets.add(text);
    return text;
  }

  /**
   * Checks that a text holds no secret of this case.
   *
   * @param where what the text is, for the message
   */
  public void assertKept(String where, CharSequence text) {
    for (String secret : secrets) {
      if (text.toString().contains(secret)) {
        throw new AssertionError("the " + where + " holds a secret: " + text);
      }
    }
  }
}
