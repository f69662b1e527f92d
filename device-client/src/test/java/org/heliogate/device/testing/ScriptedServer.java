package org.heliogate.device.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** An HTTPS server for tests: plays the answers it was given and remembers what it was asked. */
public final class ScriptedServer implements AutoCloseable {

  private static final int FIRST_PORT = 22000;
  private static final int LAST_PORT = 22499;

  private final HttpsServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final Map<String, Function<Request, Reply>> script = new ConcurrentHashMap<>();
  public final List<Request> requests = new CopyOnWriteArrayList<>();

  public record Request(String method, URI uri, Map<String, List<String>> headers, byte[] body) {

    public String header(String name) {
      return headers.getOrDefault(name, List.of("")).get(0);
    }

    public String path() {
      return uri.getPath();
    }

    /** The form's fields; a repeated one is a fault of the client. */
    public Map<String, String> form() {
      Map<String, String> fields = new LinkedHashMap<>();
      for (String field : new String(body, StandardCharsets.UTF_8).split("&")) {
        String[] pair = field.split("=", 2);
        String value = URLDecoder.decode(pair[1], StandardCharsets.UTF_8);
        if (fields.put(URLDecoder.decode(pair[0], StandardCharsets.UTF_8), value) != null) {
          throw new IllegalStateException("repeated: " + pair[0]);
        }
      }
      return fields;
    }
  }

  public record Reply(int status, String body, Map<String, String> headers) {

    /** No answer: the connection breaks. */
    public static final Reply LOST = new Reply(0, "", Map.of());

    public static Reply json(int status, String body) {
      return new Reply(status, body, Map.of("Content-Type", "application/json"));
    }

    public Reply with(String name, String value) {
      Map<String, String> more = new LinkedHashMap<>(headers);
      more.put(name, value);
      return new Reply(status, body, more);
    }
  }

  public ScriptedServer(TestAuthority authority) {
    try {
      this.server = bind();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setHttpsConfigurator(new HttpsConfigurator(authority.serverContext()));
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private static HttpsServer bind() throws IOException {
    for (int port = FIRST_PORT; port <= LAST_PORT; port++) {
      try {
        return HttpsServer.create(new InetSocketAddress(TestAuthority.loopback(), port), 0);
      } catch (BindException e) { // Taken: try the next.
      }
    }
    throw new IOException("no free port");
  }

  public String issuer() {
    return "https://localhost:" + server.getAddress().getPort();
  }

  /** Answers a path from now on. */
  public ScriptedServer on(String path, Function<Request, Reply> answer) {
    script.put(path, answer);
    return this;
  }

  /** Answers a path with these, one after the other; the last one again and again. */
  public ScriptedServer on(String path, Reply first, Reply... more) {
    List<Reply> replies = new CopyOnWriteArrayList<>(more);
    replies.add(0, first);
    return on(path, request -> replies.size() > 1 ? replies.remove(0) : replies.get(0));
  }

  public List<Request> requests(String path) {
    return requests.stream().filter(request -> request.path().equals(path)).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Request request =
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI(),
              Map.copyOf(exchange.getRequestHeaders()),
              exchange.getRequestBody().readAllBytes());
      requests.add(request);
      Function<Request, Reply> answer = script.get(request.path());
      Reply reply = answer == null ? Reply.json(404, "{}") : answer.apply(request);
      if (reply.equals(Reply.LOST)) {
        return;
      }
      reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
      byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
