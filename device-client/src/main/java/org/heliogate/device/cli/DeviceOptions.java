package org.heliogate.device.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.heliogate.device.ClientContext;
import org.heliogate.device.Device;
import org.heliogate.device.DeviceDirectory;
import org.heliogate.device.ImageConfiguration;
import org.heliogate.device.element.Pkcs11Module;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.failure.DeviceException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that choose devices, and the work done for each of them. */
final class DeviceOptions {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin ImageOptions image;

  @Option(
      names = "--device",
      paramLabel = "ID",
      description = "Master ID of a device; may be repeated.")
  List<String> devices = new ArrayList<>();

  @Option(names = "--all", description = "All personalised devices in the directory.")
  boolean all;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      defaultValue = "4",
      description = "How many devices at the same time (${DEFAULT-VALUE}).")
  int parallel;

  @Option(
      names = "--json",
      description = "One JSON object a device on standard output, with timings in milliseconds.")
  boolean json;

  /** What is done for one device. */
  @FunctionalInterface
  interface Work {

    /**
     * Does it.
     *
     * @param device the device
     * @param report gets machine-readable results
     * @return what a person reads
     */
    String on(Device device, ObjectNode report);
  }

  /** Does the work for each chosen device; the exit code is that of the first that failed. */
  int forEach(String command, PrintWriter out, PrintWriter err, Work work) {
    List<DeviceDirectory> chosen = chosen();
    if (parallel < 1) {
      throw new ConfigurationException("--parallel must be at least 1", "Use --parallel 4.");
    }
    ImageConfiguration configuration = image.configuration();
    ClientContext context = image.context(configuration);
    Pkcs11Module module = configuration.pkcs11();
    ExecutorService workers = Executors.newFixedThreadPool(Math.min(parallel, chosen.size()));
    try (Progress progress = new Progress(err, command, chosen.size())) {
      List<Future<Integer>> results = new ArrayList<>();
      for (DeviceDirectory directory : chosen) {
        results.add(
            workers.submit(
                () -> {
                  Run run = new Run(command, directory, configuration.resourceServer());
                  int exitCode = run.execute(context, module, work, out, err);
                  progress.step();
                  return exitCode;
                }));
      }
      int first = 0;
      for (Future<Integer> result : results) {
        int exitCode = outcome(result);
        first = first == 0 ? exitCode : first;
      }
      return first;
    } finally {
      workers.shutdownNow();
    }
  }

  private static int outcome(Future<Integer> result) {
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a worker died", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Failures.UNEXPECTED;
    }
  }

  private List<DeviceDirectory> chosen() {
    if (all == !devices.isEmpty()) {
      throw new ConfigurationException(
          "no devices are chosen, or in two ways", "Use either --device ID or --all.");
    }
    List<DeviceDirectory> chosen =
        all
            ? DeviceDirectory.all(image.directory)
            : devices.stream().map(id -> DeviceDirectory.of(image.directory, id)).toList();
    if (chosen.isEmpty()) {
      throw new ConfigurationException(
          "there are no devices in " + image.directory,
          "Run wams personalise first, or name another --directory.");
    }
    return chosen;
  }

  /** The work for one device. */
  private final class Run {

    private final String command;
    private final DeviceDirectory directory;
    private final String resourceServer;

    Run(String command, DeviceDirectory directory, String resourceServer) {
      this.command = command;
      this.directory = directory;
      this.resourceServer = resourceServer;
    }

    int execute(
        ClientContext context, Pkcs11Module module, Work work, PrintWriter out, PrintWriter err) {
      ObjectNode report = JSON.createObjectNode();
      report.put("command", command);
      report.put("device", directory.masterId());
      Timings timings = new Timings();
      String text = "";
      Throwable failure = null;
      try (Device device =
          new Device(
              context.withListener(timings),
              directory,
              directory.openElement(module),
              resourceServer)) {
        text = work.on(device, report);
      } catch (RuntimeException e) {
        failure = e;
      }
      report.put("ok", failure == null);
      if (failure != null) {
        report.set("error", Failures.json(failure));
      }
      report.set("timings_ms", timings.json());
      print(report, text, failure, out, err);
      return failure == null ? 0 : Failures.exitCode(failure);
    }

    private void print(
        ObjectNode report,
        String text,
        @Nullable Throwable failure,
        PrintWriter out,
        PrintWriter err) {
      synchronized (DeviceOptions.this) {
        if (json) {
          out.println(report);
        } else if (failure == null) {
          out.println(directory.masterId() + "  " + text);
        }
        out.flush();
        if (failure instanceof DeviceException known) {
          err.println(directory.masterId() + "  " + Failures.text(known));
        } else if (failure != null) {
          err.println(directory.masterId() + "  wams: unexpected fault");
          failure.printStackTrace(err);
        }
        err.flush();
      }
    }
  }
}
