package org.heliogate.rest.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.heliogate.authz.workflow.WorkflowDifference.Access;
import org.heliogate.authz.workflow.WorkflowDifference.DeviceDifference;
import org.heliogate.authz.workflow.WorkflowDifference.ServerDifference;
import org.junit.jupiter.api.Test;

class PlanViewTest {

  private static final int DEVICES = 10_000;
  private static final int BUFFER = 16_384;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void writeWhenDevicesDifferThenAsTheContractSays() throws IOException {
    Access right = new Access("publisher", "wams/d1/m", "publish");
    PlanView.of(
            "w",
            List.of(
                    new DeviceDifference(
                        "d1",
                        List.of(new ServerDifference("mqtt", List.of(right), List.of())),
                        null),
                    new DeviceDifference("d2", List.of(), "no site"))
                .iterator())
        .write(out);
    assertThat(out.toString(UTF_8))
        .isEqualTo(
            "{\"workflow\":\"w\",\"devices\":[{\"device\":\"d1\",\"resource_servers\":[{\"id\":\"mqtt\","
                + "\"added\":[{\"client\":\"publisher\",\"resource\":\"wams/d1/m\",\"scope\":\"publish\"}],"
                + "\"removed\":[]}]},{\"device\":\"d2\",\"resource_servers\":[],\"failure\":\"no site\"}]}");
  }

  @Test
  void writeWhenThereIsNoDeviceThenAnEmptyList() throws IOException {
    PlanView.of("w", List.<DeviceDifference>of().iterator()).write(out);
    assertThat(out.toString(UTF_8)).isEqualTo("{\"workflow\":\"w\",\"devices\":[]}");
  }

  @Test
  void writeWhenTheFleetIsLargeThenEachDeviceIsSentBeforeManyMoreAreRead() throws IOException {
    int each = "{\"device\":\"d10000\",\"resource_servers\":[],\"failure\":\"x\"},".length();
    PlanView.of(
            "w",
            IntStream.range(0, DEVICES)
                .mapToObj(
                    i -> {
                      assertThat(i * each - out.size()).isLessThan(BUFFER);
                      return new DeviceDifference("d" + (10_000 + i), List.of(), "x");
                    })
                .iterator())
        .write(out);
    assertThat(out.size()).isGreaterThan(DEVICES * (each - 1));
  }
}
