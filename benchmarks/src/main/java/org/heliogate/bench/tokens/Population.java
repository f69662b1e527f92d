package org.heliogate.bench.tokens;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/**
 * Who asks a server for what: one resource server, and clients each of which has a resource.
 *
 * @param resourceServer the resource server's client
 * @param parties the others
 */
record Population(Party resourceServer, List<Party> parties) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The scope that each resource has and each client asks for. */
  static final String SCOPE = "read";

  /**
   * A client with its resource.
   *
   * @param clientId its client ID
   * @param secret its secret
   * @param resource the identifier of its resource; empty for the resource server itself
   */
  record Party(String clientId, String secret, String resource) {

    @Override
    public String toString() {
      return "Party[" + clientId + "]";
    }
  }

  /** How many clients there are, and how many resources. */
  int size() {
    return parties.size();
  }

  /** What an earlier run kept in the file; empty when there is none, or it is of another size. */
  static Optional<Population> read(Path file, int size) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    return Optional.of(JSON.readValue(file.toFile(), Population.class))
        .filter(kept -> kept.size() == size);
  }

  /** Keeps it in a file of mode 600. */
  void write(Path file) throws IOException {
    Path unfinished =
        Files.createTempFile(
            file.getParent(),
            "population",
            null,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    JSON.writeValue(unfinished.toFile(), this);
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public String toString() {
    return "Population[" + size() + "]";
  }
}
