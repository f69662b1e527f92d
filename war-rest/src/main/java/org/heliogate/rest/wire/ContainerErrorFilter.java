package org.heliogate.rest.wire;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes the refusals of requests that do not get as far as the mappers, such as one with a header
 * field that cannot be parsed, in the form of all others; the container would send a page of HTML.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
public class ContainerErrorFilter extends HttpFilter {

  private static final long serialVersionUID = 1L;

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    chain.doFilter(request, new AnsweringResponse(request.getRequestURI(), response));
  }

  /** A response whose errors have a body of ours. */
  private static final class AnsweringResponse extends HttpServletResponseWrapper {

    private final String path;

    AnsweringResponse(String path, HttpServletResponse response) {
      super(response);
      this.path = path;
    }

    @Override
    public void sendError(int status) throws IOException {
      sendError(status, null);
    }

    /** The message is the container's and may repeat what was sent, so it is dropped. */
    @Override
    public void sendError(int status, @Nullable String message) throws IOException {
      Response.@Nullable Status known = Response.Status.fromStatusCode(status);
      Response answer =
          Problems.of(
              status,
              status < 500 ? "invalid_request" : "server_error",
              known == null ? null : known.getReasonPhrase(),
              path);
      resetBuffer();
      setStatus(status);
      answer.getStringHeaders().forEach((name, values) -> setHeader(name, values.get(0)));
      getOutputStream().write(answer.getEntity().toString().getBytes(StandardCharsets.UTF_8));
    }
  }
}
