package org.heliogate.bench.tokens;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/**
 * A server that can be measured: it runs only while it is, so that it shares the machine with none.
 */
interface Contender {

  /** Its name in the table. */
  String name();

  /** How many clients and resources it has. */
  int size();

  /** Makes its clients and resources, unless an earlier run did. */
  void prepare() throws IOException;

  /** Starts it and waits until it serves. */
  Running start() throws IOException;

  /** Ends it and waits until it has ended, however far it is; does nothing where nothing runs. */
  void stop();

  /** One that runs. */
  interface Running {

    /** Scheme, host and port. */
    URI server();

    /** PEM file with whom its certificate leads to. */
    Path authorities();

    /** The process whose use is counted. */
    long pid();

    /** Its endpoints and names. */
    Vocabulary vocabulary();

    /** Its clients and resources. */
    Population population();
  }
}
