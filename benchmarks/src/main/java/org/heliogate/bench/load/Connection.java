package org.heliogate.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import java.util.concurrent.TimeUnit;
import org.heliogate.bench.instance.WrongAnswerException;
import org.jspecify.annotations.Nullable;

/**
 * One of the generator's connections: it sends a request, waits for the answer, and only then sends
 * the next. Where the server ends it, it is opened again. Lives on the generator's one thread.
 */
final class Connection {

  private static final long RECONNECT_MILLIS = 100;

  private final Bootstrap bootstrap;
  private @Nullable Channel channel;
  private @Nullable Run run;
  private @Nullable Exchange exchange;
  private long began;

  Connection(Bootstrap bootstrap) {
    this.bootstrap = bootstrap;
  }

  /** Takes a channel whose handshake is done. */
  void attach(Channel open) {
    channel = open;
    open.pipeline().addLast(new Handler());
  }

  /** Begins the next operation of the run, or says that there is none. */
  void begin(Run current) {
    long now = System.nanoTime();
    Exchange next = current.next(now);
    exchange = next;
    if (next == null) {
      run = null;
      current.idle();
      return;
    }
    run = current;
    began = now;
    send(next);
  }

  private void send(Exchange next) {
    Channel open = channel;
    if (open == null || !open.isActive()) {
      lost("the connection is closed");
      return;
    }
    open.writeAndFlush(Unpooled.wrappedBuffer(next.request().encoded()), open.voidPromise());
  }

  /** Gives up what is under way: it took too long. */
  void abandon() {
    if (exchange != null && channel != null) {
      channel.close();
    }
  }

  void close() {
    run = null;
    exchange = null;
    if (channel != null) {
      channel.close();
    }
  }

  private void answered(Answer answer, boolean kept) {
    Run current = run;
    Exchange done = exchange;
    if (current == null || done == null) {
      return;
    }
    try {
      Exchange next = done.answered(answer);
      exchange = next;
      if (next != null && kept) {
        send(next);
        return;
      }
      if (next == null) {
        current.right(System.nanoTime() - began);
      } else {
        current.wrong("the server ended the connection within an operation");
      }
    } catch (WrongAnswerException e) {
      current.wrong(String.valueOf(e.getMessage()));
    }
    exchange = null;
    if (kept) {
      begin(current);
    } else {
      reconnect(current);
    }
  }

  private void lost(String fault) {
    Run current = run;
    if (current != null && exchange != null) {
      exchange = null;
      current.wrong(fault);
      reconnect(current);
    }
  }

  private void reconnect(Run current) {
    Channel old = channel;
    channel = null;
    if (old != null) {
      old.close();
    }
    ChannelFuture connecting = bootstrap.connect();
    LoadGenerator.secured(
        connecting,
        open -> {
          attach(open);
          begin(current);
        },
        failure -> {
          current.wrong("cannot connect: " + failure.getClass().getSimpleName());
          if (current.over(System.nanoTime())) {
            current.idle();
            return;
          }
          connecting
              .channel()
              .eventLoop()
              .schedule(() -> reconnect(current), RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
        });
  }

  /** The channel's end of it. */
  private final class Handler extends SimpleChannelInboundHandler<FullHttpResponse> {

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
      answered(
          new Answer(response.status().code(), ByteBufUtil.getBytes(response.content())),
          HttpUtil.isKeepAlive(response));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (context.channel() == channel) {
        lost("the server ended the connection without an answer");
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (context.channel() == channel) {
        lost("the connection failed: " + cause.getClass().getSimpleName());
      }
      context.close();
    }
  }
}
