package org.heliogate.rar.mqtt;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;

/**
 * The sockets of one connection, so that it can be cut off at any moment. Paho alone cannot abort a
 * connection attempt: its background thread stays in the TCP connect or TLS handshake.
 */
final class AbortableSockets extends SSLSocketFactory {

  private static final System.Logger LOG = System.getLogger(AbortableSockets.class.getName());

  private final SSLSocketFactory sockets;
  private final List<Socket> made = new ArrayList<>();
  private boolean aborted;

  AbortableSockets(SSLSocketFactory sockets) {
    this.sockets = sockets;
  }

  /**
   * Closes what was made and makes nothing more. Does not wait for a polite end of TLS, which a
   * dead peer would block.
   */
  synchronized void abort() {
    aborted = true;
    for (Socket socket : made) {
      try (socket) {
        socket.setSoLinger(true, 0);
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "a socket to the broker was closed already", e);
      }
    }
    made.clear();
  }

  private synchronized Socket track(Socket socket) throws IOException {
    if (aborted) {
      socket.close();
      throw new IOException("the connection was given up");
    }
    made.add(socket);
    return socket;
  }

  @Override
  public Socket createSocket() throws IOException {
    return track(sockets.createSocket());
  }

  @Override
  public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
      throws IOException {
    return track(sockets.createSocket(socket, host, port, autoClose));
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return track(sockets.createSocket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return track(sockets.createSocket(host, port, localHost, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return track(sockets.createSocket(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return track(sockets.createSocket(host, port, localHost, localPort));
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return sockets.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return sockets.getSupportedCipherSuites();
  }
}
