package org.heliogate.rest.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MediaType;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptFilterTest {

  private final AcceptFilter filter = new AcceptFilter();

  @ParameterizedTest
  @ValueSource(strings = {"x", "", ".", "1e9", "-1", "NaN", "0.5f", "0x1p3", "\u0661"})
  void filterWhenAWeightIsNoNumberThenInvalidRequest(String weight) {
    assertThatThrownBy(() -> filter.filter(accepting(MediaType.WILDCARD_TYPE, weighted(weight))))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "0.5", "1.000", "0.", ".5", "0.333333"})
  void filterWhenAWeightIsANumberThenPasses(String weight) {
    assertThatCode(() -> filter.filter(accepting(weighted(weight)))).doesNotThrowAnyException();
  }

  @Test
  void filterWhenThereIsNoWeightThenPasses() {
    assertThatCode(() -> filter.filter(accepting(MediaType.WILDCARD_TYPE)))
        .doesNotThrowAnyException();
  }

  private static MediaType weighted(String weight) {
    return new MediaType("text", "html", Map.of("q", weight));
  }

  private static ContainerRequestContext accepting(MediaType... types) {
    return (ContainerRequestContext)
        Proxy.newProxyInstance(
            ContainerRequestContext.class.getClassLoader(),
            new Class<?>[] {ContainerRequestContext.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getAcceptableMediaTypes")) {
                return List.of(types);
              }
              throw new UnsupportedOperationException(method.getName());
            });
  }
}
