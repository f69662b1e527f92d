package org.heliogate.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.heliogate.bench.instance.WrongAnswerException;
import org.heliogate.device.failure.ServerUnreachableException;
import org.jspecify.annotations.Nullable;

/**
 * A closed-loop load generator: a fixed number of HTTPS connections that are kept open, each with
 * one operation at a time, all on one thread, so that operations need no locks. TLS is OpenSSL's
 * where Netty has it for this platform, as the JDK's costs several times as much.
 */
public final class LoadGenerator implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(20);
  private static final int MAX_BODY_BYTES = 8 << 20;

  private final EventLoopGroup loop;
  private final List<Connection> connections = new ArrayList<>();
  private String security = "";

  private LoadGenerator(EventLoopGroup loop) {
    this.loop = loop;
  }

  /**
   * Opens the connections.
   *
   * @param server scheme, host and port
   * @param authorities PEM file with whom the server's certificate must lead to
   * @param count how many connections
   * @throws ServerUnreachableException if one cannot be opened
   */
  public static LoadGenerator connect(URI server, Path authorities, int count) throws SSLException {
    SslContext tls =
        SslContextBuilder.forClient()
            .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
            .trustManager(authorities.toFile())
            .build();
    LoadGenerator generator = new LoadGenerator(new NioEventLoopGroup(1));
    Bootstrap bootstrap =
        new Bootstrap()
            .group(generator.loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_PATIENCE.toMillis())
            .remoteAddress(server.getHost(), server.getPort())
            .handler(new Pipeline(tls, server));
    try {
      for (int i = 0; i < count; i++) {
        generator.open(bootstrap, server);
      }
    } catch (ServerUnreachableException e) {
      generator.close();
      throw e;
    }
    return generator;
  }

  /** What each channel is made of below the {@link Connection}. */
  private static final class Pipeline extends ChannelInitializer<SocketChannel> {

    private final SslContext tls;
    private final URI server;

    Pipeline(SslContext tls, URI server) {
      this.tls = tls;
      this.server = server;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      SslHandler secure = tls.newHandler(channel.alloc(), server.getHost(), server.getPort());
      SSLParameters parameters = secure.engine().getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secure.engine().setSSLParameters(parameters);
      channel
          .pipeline()
          .addLast(secure, new HttpResponseDecoder(), new HttpObjectAggregator(MAX_BODY_BYTES));
    }
  }

  private void open(Bootstrap bootstrap, URI server) {
    CompletableFuture<Channel> opened = new CompletableFuture<>();
    secured(bootstrap.connect(), opened::complete, opened::completeExceptionally);
    Channel channel = await(opened, CONNECT_PATIENCE, server);
    Connection connection = new Connection(bootstrap);
    connection.attach(channel);
    connections.add(connection);
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    SSLSession session = handler.engine().getSession();
    security = session.getProtocol() + ", " + session.getCipherSuite();
  }

  /** Waits, without blocking, for the channel and its TLS handshake. */
  static void secured(ChannelFuture connecting, Consumer<Channel> then, Consumer<Throwable> or) {
    connecting.addListener(
        connected -> {
          if (!connected.isSuccess()) {
            or.accept(connected.cause());
            return;
          }
          Channel channel = connecting.channel();
          channel
              .pipeline()
              .get(SslHandler.class)
              .handshakeFuture()
              .addListener(
                  shaken -> {
                    if (shaken.isSuccess()) {
                      then.accept(channel);
                    } else {
                      or.accept(shaken.cause());
                    }
                  });
        });
  }

  /** The negotiated TLS version and cipher suite. */
  public String security() {
    return security;
  }

  /** Who does the TLS of this side. */
  public static String provider() {
    return OpenSsl.isAvailable() ? OpenSsl.versionString() : "the JDK's";
  }

  /**
   * Runs operations one after another on each connection, and counts those that go wrong.
   *
   * @param operations called on the generator's thread; null when there are no more
   * @param during how long new ones are begun; those under way then are waited for and count
   */
  public Outcome run(Operations operations, Duration during) {
    return run(new Run(operations, during, false), during);
  }

  private Outcome run(Run run, Duration during) {
    loop.execute(() -> run.start(connections));
    try {
      return finished(run, during.plus(PATIENCE));
    } catch (TimeoutException e) {
      loop.execute(() -> connections.forEach(Connection::abandon));
    }
    try {
      return finished(run, PATIENCE);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the load generator does not end", e);
    }
  }

  private static Outcome finished(Run run, Duration patience) throws TimeoutException {
    try {
      return run.outcome().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Runs operations until there are no more; the first that goes wrong is the last.
   *
   * @throws WrongAnswerException when one goes wrong
   */
  public void complete(Operations operations, Duration limit) {
    AtomicBoolean exhausted = new AtomicBoolean();
    Operations watched =
        () -> {
          Exchange next = operations.next();
          exhausted.set(next == null);
          return next;
        };
    Outcome outcome = run(new Run(watched, limit, true), limit);
    if (outcome.failed() > 0) {
      throw new WrongAnswerException(outcome.faults().get(0));
    }
    if (!exhausted.get()) {
      throw new WrongAnswerException("not done within " + limit.toMinutes() + " minutes");
    }
  }

  /**
   * Sends one request and waits.
   *
   * @throws WrongAnswerException when no answer comes
   */
  public Answer call(Request request) {
    AtomicReference<@Nullable Answer> answer = new AtomicReference<>();
    AtomicReference<@Nullable Exchange> once =
        new AtomicReference<>(Exchange.last(request, answer::set));
    Outcome outcome = run(() -> once.getAndSet(null), PATIENCE);
    Answer came = answer.get();
    if (came == null) {
      throw new WrongAnswerException(request + ": " + String.join("; ", outcome.faults()));
    }
    return came;
  }

  private static Channel await(CompletableFuture<Channel> opened, Duration patience, URI server) {
    try {
      return opened.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new ServerUnreachableException(
          "cannot connect to " + server + ": " + cause,
          "Look into the logs below target/bench.",
          cause);
    }
  }

  /** Closes the connections. */
  @Override
  public void close() {
    loop.execute(() -> connections.forEach(Connection::close));
    loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
