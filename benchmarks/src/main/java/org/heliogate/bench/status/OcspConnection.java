package org.heliogate.bench.status;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.heliogate.bench.instance.WrongAnswerException;

/** A plain HTTP connection that is kept open, with one request at a time. */
final class OcspConnection implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;
  private final InputStream in;
  private final String head;

  OcspConnection(URI responder) throws IOException {
    socket = new Socket(responder.getHost(), responder.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
    head =
        "POST %s HTTP/1.1\r\nHost: %s:%d\r\nContent-Type: application/ocsp-request\r\nContent-Length: "
            .formatted(responder.getRawPath(), responder.getHost(), responder.getPort());
  }

  /**
   * Sends a request.
   *
   * @return the body of the answer
   * @throws WrongAnswerException unless its status is 200
   */
  byte[] ask(byte[] request) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes((head + request.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(request);
    socket.getOutputStream().write(out.toByteArray());
    String status = line();
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new WrongAnswerException("the responder answers " + status);
    }
    int length = -1;
    for (String field = line(); !field.isEmpty(); field = line()) {
      if (field.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(field.substring(field.indexOf(':') + 1).strip());
      }
    }
    if (length < 0) {
      throw new WrongAnswerException("the answer has no Content-Length");
    }
    return in.readNBytes(length);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the responder has closed the connection");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
