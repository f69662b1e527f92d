package org.heliogate.bench.load;

import java.util.function.Consumer;
import java.util.function.Function;
import org.heliogate.bench.instance.WrongAnswerException;
import org.jspecify.annotations.Nullable;

/**
 * A request and what is done with its answer: accept it, or go on with another request of the same
 * operation.
 */
public final class Exchange {

  /** What an answer leads to. */
  @FunctionalInterface
  private interface Step {
    @Nullable Exchange after(Answer answer);
  }

  private final Request request;
  private final Step then;

  private Exchange(Request request, Step then) {
    this.request = request;
    this.then = then;
  }

  /**
   * The last request of an operation.
   *
   * @param check throws {@link WrongAnswerException} unless the answer is right
   */
  public static Exchange last(Request request, Consumer<Answer> check) {
    return new Exchange(
        request,
        answer -> {
          check.accept(answer);
          return null;
        });
  }

  /**
   * A request that another one follows.
   *
   * @param then makes it from the answer, or throws {@link WrongAnswerException}
   */
  public static Exchange first(Request request, Function<Answer, Exchange> then) {
    return new Exchange(request, then::apply);
  }

  Request request() {
    return request;
  }

  /** The next request of the operation, null when it is complete. */
  @Nullable Exchange answered(Answer answer) {
    return then.after(answer);
  }
}
