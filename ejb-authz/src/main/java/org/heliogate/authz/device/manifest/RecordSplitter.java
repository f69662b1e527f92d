package org.heliogate.authz.device.manifest;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Splits a stream into records of at most 64 KiB without ever holding more than one: lines, or with
 * quoting, RFC 4180 records, in which a line break between quotes is text. A record that is too
 * long is dropped; reading goes on at the next line. A byte order mark at the very start is passed
 * over.
 */
final class RecordSplitter {

  /** The longest record, in bytes without its line break. */
  static final int MAX_RECORD_BYTES = 64 * 1024;

  /** Where in an RFC 4180 record the splitter is. */
  private enum Quoting {
    FIELD_START,
    PLAIN,
    QUOTED,
    QUOTE_IN_QUOTED
  }

  /**
   * A record.
   *
   * @param firstLine the line where it starts, from 1
   * @param lastLine the line where it ends
   * @param text the text; null if it cannot be had
   * @param fault why it cannot be had; null exactly if there is a text
   */
  record Chunk(long firstLine, long lastLine, @Nullable String text, @Nullable String fault) {}

  private final InputStream in;
  private final boolean quotes;
  private final long maxBytes;
  private final byte[] buffer = new byte[MAX_RECORD_BYTES + 1];
  private long bytes;
  private long line = 1;
  private boolean exhausted;

  RecordSplitter(InputStream in, boolean quotes, long maxBytes) {
    this.in = new BufferedInputStream(in, 16 * 1024);
    this.quotes = quotes;
    this.maxBytes = maxBytes;
  }

  /** The next record, empty ones included; null at the end. */
  @Nullable Chunk next() throws IOException {
    if (exhausted) {
      return null;
    }
    long firstLine = line;
    int length = 0;
    boolean tooLong = false;
    Quoting state = Quoting.FIELD_START;
    while (true) {
      int read = in.read();
      if (read < 0) {
        exhausted = true;
        if (length == 0 && !tooLong) {
          return null;
        }
        return state == Quoting.QUOTED && !tooLong
            ? fault(firstLine, "a quote is not closed")
            : chunk(firstLine, length, tooLong);
      }
      if (++bytes > maxBytes) {
        exhausted = true;
        return fault(firstLine, "the manifest is larger than " + maxBytes + " bytes; not read on");
      }
      if (read == '\n') {
        if (state != Quoting.QUOTED || tooLong) {
          Chunk chunk = chunk(firstLine, length, tooLong);
          line++;
          return chunk;
        }
        line++;
      }
      state = quotes ? after(state, read) : Quoting.PLAIN;
      if (length <= MAX_RECORD_BYTES) {
        buffer[length++] = (byte) read;
      }
      // A carriage return before the line break is no part of the record, so one more is kept.
      tooLong = tooLong || (length > MAX_RECORD_BYTES && read != '\r');
      if (bytes == 3 && isByteOrderMark(length)) {
        length = 0;
        state = Quoting.FIELD_START;
      }
    }
  }

  private boolean isByteOrderMark(int length) {
    return length == 3
        && buffer[0] == (byte) 0xEF
        && buffer[1] == (byte) 0xBB
        && buffer[2] == (byte) 0xBF;
  }

  private static Quoting after(Quoting state, int read) {
    if (state == Quoting.QUOTED) {
      return read == '"' ? Quoting.QUOTE_IN_QUOTED : Quoting.QUOTED;
    }
    if (read == '"' && state != Quoting.PLAIN) {
      return Quoting.QUOTED;
    }
    return read == ',' ? Quoting.FIELD_START : Quoting.PLAIN;
  }

  private Chunk chunk(long firstLine, int length, boolean tooLong) {
    if (tooLong) {
      return fault(
          firstLine,
          "longer than " + MAX_RECORD_BYTES + " bytes" + (quotes ? ", or a quote not closed" : ""));
    }
    int end = length > 0 && buffer[length - 1] == '\r' ? length - 1 : length;
    if (end > MAX_RECORD_BYTES) {
      return fault(firstLine, "longer than " + MAX_RECORD_BYTES + " bytes");
    }
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(buffer, 0, end)).toString();
      return new Chunk(firstLine, line, text, null);
    } catch (CharacterCodingException e) {
      return new Chunk(firstLine, line, null, "not UTF-8");
    }
  }

  private Chunk fault(long firstLine, String reason) {
    String skipped =
        line > firstLine ? "; lines " + firstLine + " to " + line + " were passed over" : "";
    return new Chunk(firstLine, line, null, reason + skipped);
  }
}
