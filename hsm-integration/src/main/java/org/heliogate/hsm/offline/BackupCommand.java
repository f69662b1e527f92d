package org.heliogate.hsm.offline;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Copies the public parts of the token. */
@Command(
    name = "backup",
    description = {
      "Copies the public parts of the token, and what was issued offline, into a directory.",
      "Private keys never leave the token; back it up by its own means."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the options before the command is called.
final class BackupCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @ParentCommand private PkiCommand parent;
  @Mixin private PkiOptions options;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "DIR",
      description = "a directory that is empty or not there yet")
  private Path directory;

  @Override
  public Integer call() throws GeneralSecurityException, IOException, PkiException {
    PrintWriter out = spec.commandLine().getOut();
    try (OpenPki pki = new OpenPki(options.home(), parent.clock(), out)) {
      new PkiBackup(pki).write(directory);
    } finally {
      out.flush();
    }
    return 0;
  }
}
