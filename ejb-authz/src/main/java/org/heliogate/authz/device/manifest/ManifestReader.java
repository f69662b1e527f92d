package org.heliogate.authz.device.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.heliogate.authz.device.manifest.RecordSplitter.Chunk;
import org.jspecify.annotations.Nullable;

/**
 * Reads a manifest as a stream: one {@link ManifestLine} for each line that is not empty, in order.
 *
 * <p>Each line is read and checked on its own; a fault concerns its line only. At most one line, of
 * at most 64 KiB, is in memory. A manifest has at most 64 MiB; where it is larger, the last line is
 * a fault that says so. Text is UTF-8, a byte order mark at the start is passed over.
 *
 * <p>The members are {@code master_id}, {@code public_key} (SPKI PEM or JWK), {@code pin}, {@code
 * otp_secret} (base64), {@code workflows}, {@code attributes}; any other is a fault. In NDJSON
 * {@code public_key} may also be the JWK as an object. In CSV (RFC 4180) the header row names the
 * columns, {@code workflows} are joined by {@code ;}, each attribute has a column {@code
 * attributes.NAME}, an empty field is an absent member, and a header that cannot be read is one
 * fault and the end.
 *
 * <p>Not thread-safe. Closing it closes the input.
 */
public final class ManifestReader implements Iterator<ManifestLine>, AutoCloseable {

  /** The largest manifest, in bytes. */
  public static final long MAX_BYTES = 64L * 1024 * 1024;

  private final InputStream in;
  private final RecordSplitter records;
  private final JsonLines json = new JsonLines();
  private final ElementMembers members;
  private final boolean csv;
  private @Nullable CsvColumns columns;
  private @Nullable ManifestLine next;
  private boolean ended;

  private ManifestReader(
      InputStream in, boolean csv, long maxBytes, Function<byte[], byte[]> keyedHash) {
    this.in = in;
    this.csv = csv;
    this.records = new RecordSplitter(in, csv, maxBytes);
    this.members = new ElementMembers(json, keyedHash);
  }

  /**
   * Reads {@code application/x-ndjson}.
   *
   * @param in the manifest; closed by {@link #close()}
   * @param keyedHash a keyed hash, for example HMAC-SHA-256 with a sealed key, because the content
   *     has a PIN of few digits; gives {@link SecureElementRecord#contentHash()}
   */
  public static ManifestReader ofNdjson(InputStream in, Function<byte[], byte[]> keyedHash) {
    return new ManifestReader(in, false, MAX_BYTES, keyedHash);
  }

  /** Reads {@code text/csv}; arguments as for {@link #ofNdjson}. */
  public static ManifestReader ofCsv(InputStream in, Function<byte[], byte[]> keyedHash) {
    return new ManifestReader(in, true, MAX_BYTES, keyedHash);
  }

  static ManifestReader bounded(
      InputStream in, boolean csv, long maxBytes, Function<byte[], byte[]> keyedHash) {
    return new ManifestReader(in, csv, maxBytes, keyedHash);
  }

  /**
   * Whether there is a further line; reads it.
   *
   * @throws UncheckedIOException if the input cannot be read
   */
  @Override
  public boolean hasNext() {
    try {
      while (next == null && !ended) {
        Chunk chunk = records.next();
        if (chunk == null) {
          ended = true;
        } else {
          next = line(chunk);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return next != null;
  }

  /**
   * The next line.
   *
   * @throws NoSuchElementException if there is none
   * @throws UncheckedIOException if the input cannot be read
   */
  @Override
  public ManifestLine next() {
    ManifestLine line = hasNext() ? next : null;
    if (line == null) {
      throw new NoSuchElementException();
    }
    next = null;
    return line;
  }

  /** Closes the input. */
  @Override
  public void close() throws IOException {
    in.close();
  }

  /** What the record is; null if it is empty or the header. */
  private @Nullable ManifestLine line(Chunk chunk) {
    boolean header = csv && columns == null;
    try {
      String text = chunk.text();
      if (text == null) {
        throw new FaultyLineException(String.valueOf(chunk.fault()));
      }
      if (text.isBlank()) {
        return null;
      }
      if (header) {
        columns = CsvColumns.of(text);
        return null;
      }
      return new ManifestLine.Element(
          chunk.firstLine(),
          members.read(
              columns != null
                  ? columns.members(text, json)
                  : json.object(text.getBytes(StandardCharsets.UTF_8))));
    } catch (FaultyLineException e) {
      ended = ended || header;
      return new ManifestLine.Fault(
          chunk.firstLine(), header ? e.detail() + "; nothing was read" : e.detail());
    } catch (JsonLines.NoJsonException e) {
      return new ManifestLine.Fault(chunk.firstLine(), e.detail());
    }
  }
}
