package org.heliogate.bench.tokens;

import java.nio.file.Path;

/** A server's key for tests, made as for the peer. */
public record TestKey(Path store, String password, Path certificate) {

  /** Makes one in a directory. */
  public static TestKey make(Path directory) throws Exception {
    Workspace workspace =
        new Workspace(directory, directory, 0, Path.of(System.getProperty("java.home")));
    ServerKey key = ServerKey.make(workspace, directory);
    return new TestKey(key.store(), key.password(), key.certificate());
  }
}
