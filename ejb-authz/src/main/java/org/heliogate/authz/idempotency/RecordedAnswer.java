package org.heliogate.authz.idempotency;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The answer to a request, as it is given again to whoever repeats it. It may hold a secret.
 *
 * @param status the HTTP status
 * @param location where the new thing is, the empty string for nowhere
 * @param tag the entity tag without its quotes, the empty string for none
 * @param body JSON
 */
public record RecordedAnswer(int status, String location, String tag, String body) {

  /** So many characters fit into one piece of {@link DataOutputStream#writeUTF}. */
  private static final int PIECE = 16_384;

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(status);
      out.writeUTF(location);
      out.writeUTF(tag);
      int from = 0;
      do {
        int to = Math.min(body.length(), from + PIECE);
        out.writeUTF(body.substring(from, to));
        from = to;
      } while (from < body.length());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static RecordedAnswer of(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int status = in.readInt();
      String location = in.readUTF();
      String tag = in.readUTF();
      StringBuilder body = new StringBuilder();
      do {
        body.append(in.readUTF());
      } while (in.available() > 0);
      return new RecordedAnswer(status, location, tag, body.toString());
    } catch (IOException e) {
      throw new UncheckedIOException("a kept answer cannot be read", e);
    }
  }

  /** Never shows the body. */
  @Override
  public String toString() {
    return "RecordedAnswer[" + status + "]";
  }
}
