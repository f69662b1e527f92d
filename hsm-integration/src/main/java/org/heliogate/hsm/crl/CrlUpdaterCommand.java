package org.heliogate.hsm.crl;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The command {@code heliogate-crl}: keeps a broker's CRL file new and tells the broker, until it
 * is ended by SIGTERM. Exit codes: 0 done, 1 failed, 2 wrong arguments, 143 ended.
 */
@Command(
    name = "heliogate-crl",
    description = {
      "Fetches CRLs over HTTP, checks them, replaces the broker's CRL file and sends the broker"
          + " SIGHUP.",
      "Runs with 64 MB of heap, of which it takes 16 unless CRLs are long:"
          + " java -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1."
    },
    mixinStandardHelpOptions = true)
public final class CrlUpdaterCommand implements Callable<Integer> {

  private static final Duration STOPPING = Duration.ofSeconds(5);

  @Spec private CommandSpec spec;

  @Option(
      names = "--url",
      required = true,
      paramLabel = "URL",
      description = "where a CRL is, in DER; may be repeated")
  private List<URI> urls;

  @Option(
      names = "--ca",
      required = true,
      paramLabel = "FILE",
      description = "certificates of the trusted CAs, PEM")
  private Path ca;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "the broker's CRL file, PEM")
  private Path output;

  @Option(
      names = "--pid-file",
      paramLabel = "FILE",
      description = "where the broker writes its process id; without it, the broker is not told")
  private @Nullable Path pidFile;

  @Option(
      names = "--process-name",
      paramLabel = "NAME",
      defaultValue = "mosquitto",
      description = "name that the process of that id must have (${DEFAULT-VALUE})")
  private String processName;

  @Option(
      names = "--poll",
      paramLabel = "TIME",
      defaultValue = "500ms",
      converter = TimeConverter.class,
      description = "how often to ask for changes, such as 500ms, 1s or 5m (${DEFAULT-VALUE})")
  private Duration poll;

  @Option(names = "--once", description = "ask once and end")
  private boolean once;

  private final Clock clock;

  @SuppressWarnings("NullAway.Init") // picocli sets the options before the command is called.
  CrlUpdaterCommand(Clock clock) {
    this.clock = clock;
  }

  /** Runs the command and ends the process with its exit code. */
  public static void main(String... arguments) {
    System.exit(commandLine(Clock.systemUTC()).execute(arguments));
  }

  static CommandLine commandLine(Clock clock) {
    return new CommandLine(new CrlUpdaterCommand(clock))
        .setExecutionExceptionHandler(
            (failure, commandLine, parsed) -> {
              commandLine.getErr().println("heliogate-crl: " + failure.getMessage());
              return 1;
            });
  }

  @Override
  public Integer call() throws IOException, CertificateException, InterruptedException {
    for (URI url : urls) {
      if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
        throw new ParameterException(spec.commandLine(), url + " is not an HTTP address");
      }
    }
    List<X509Certificate> authorities = authorities();
    PrintWriter out = spec.commandLine().getOut();
    CrlUpdater updater =
        new CrlUpdater(
            urls,
            authorities,
            CrlFile.open(output, authorities),
            pidFile == null ? null : new BrokerProcess(pidFile, processName),
            poll,
            clock,
            line -> {
              out.println(clock.instant() + " " + line);
              out.flush();
            });
    if (once) {
      updater.round();
      return updater.allWell() ? 0 : 1;
    }
    runUntilEnded(updater);
    return 0;
  }

  /** A file is being written at most for a moment, so the end of the process waits for that. */
  private static void runUntilEnded(CrlUpdater updater) throws InterruptedException {
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Thread ending =
        new Thread(
            () -> {
              stop.countDown();
              try {
                stopped.await(STOPPING.toMillis(), TimeUnit.MILLISECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "ending");
    Runtime.getRuntime().addShutdownHook(ending);
    try {
      updater.run(stop);
    } finally {
      stopped.countDown();
    }
  }

  private List<X509Certificate> authorities() throws IOException, CertificateException {
    List<X509Certificate> authorities = new ArrayList<>();
    try (InputStream in = Files.newInputStream(ca)) {
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        if (certificate instanceof X509Certificate authority
            && authority.getBasicConstraints() >= 0) {
          authorities.add(authority);
        }
      }
    }
    if (authorities.isEmpty()) {
      throw new IOException(ca + " holds no CA certificate");
    }
    return authorities;
  }

  /** Reads a time such as 500ms, 1s, 5m or 1h; at least 100 milliseconds. */
  static final class TimeConverter implements ITypeConverter<Duration> {

    private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final Duration LEAST = Duration.ofMillis(100);

    @Override
    public Duration convert(String value) {
      Matcher matcher = TIME.matcher(value);
      if (!matcher.matches()) {
        throw new TypeConversionException("a time is a number with ms, s, m or h");
      }
      long amount = Long.parseLong(matcher.group(1));
      Duration time =
          switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
          };
      if (time.compareTo(LEAST) < 0) {
        throw new TypeConversionException("a time is at least 100ms");
      }
      return time;
    }
  }
}
