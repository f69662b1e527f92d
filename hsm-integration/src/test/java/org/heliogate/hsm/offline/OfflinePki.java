package org.heliogate.hsm.offline;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.heliogate.hsm.SoftHsm;
import picocli.CommandLine;

/** The offline command within the test's process. */
final class OfflinePki {

  private OfflinePki() {}

  static SoftHsm.Result init(Path home, Clock clock, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "init",
                "--home",
                home.toString(),
                "--host",
                "localhost",
                "--ip",
                "127.0.0.1",
                "--issuer",
                "https://localhost:8443",
                "--pki-uri",
                "http://localhost:8080/pki"));
    arguments.addAll(List.of(more));
    return run(clock, arguments.toArray(String[]::new));
  }

  static SoftHsm.Result run(Clock clock, String... arguments) {
    StringWriter output = new StringWriter();
    CommandLine command =
        PkiCommand.commandLine(clock)
            .setOut(new PrintWriter(output))
            .setErr(new PrintWriter(output, true));
    return new SoftHsm.Result(command.execute(arguments), output.toString());
  }
}
