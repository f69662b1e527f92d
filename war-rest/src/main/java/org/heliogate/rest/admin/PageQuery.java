package org.heliogate.rest.admin;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.rest.wire.FormParameters;
import org.jspecify.annotations.Nullable;

/**
 * Which page of a list is asked for.
 *
 * @param list the list's name, which its cursors carry
 * @param limit the most items, 1 to 1,000, 100 unless given
 * @param position the last one of the page before; null for the first page
 */
record PageQuery(String list, int limit, @Nullable String position) {

  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;

  /**
   * Reads {@code limit} and {@code cursor}.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} if one is malformed or out of bounds
   */
  static PageQuery of(String list, FormParameters query) {
    return new PageQuery(
        list,
        query.find("limit").map(PageQuery::limit).orElse(DEFAULT_LIMIT),
        query.find("cursor").map(cursor -> Cursor.read(list, cursor)).orElse(null));
  }

  /** The name that the page begins after, the empty string for the first page. */
  String after() {
    return position == null ? "" : position;
  }

  /**
   * The number that the page begins before, {@link Long#MAX_VALUE} for the first page.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} if the cursor is no number's
   */
  long before() {
    if (position == null) {
      return Long.MAX_VALUE;
    }
    if (!position.matches("[1-9][0-9]{0,17}")) {
      throw new RequestException(ErrorCode.INVALID_REQUEST, "cursor is malformed");
    }
    return Long.parseLong(position);
  }

  /**
   * The page of what a store gave for this query.
   *
   * @param rows at most {@link #limit()}; as many as that mean that there may be more
   * @param key a row's position
   * @param shown which rows are shown
   * @param view how a row is shown
   */
  <S, T> Page<T> page(
      List<S> rows, Function<S, String> key, Predicate<S> shown, Function<S, T> view) {
    return new Page<>(
        rows.stream().filter(shown).map(view).toList(),
        rows.size() < limit ? null : Cursor.write(list, key.apply(rows.get(rows.size() - 1))));
  }

  /** The page of what a store gave for this query, all of it shown. */
  <S, T> Page<T> page(List<S> rows, Function<S, String> key, Function<S, T> view) {
    return page(rows, key, row -> true, view);
  }

  /** The page of a list that is at hand as a whole, in the order of its keys. */
  <S, T> Page<T> pageOf(Collection<S> all, Function<S, String> key, Function<S, T> view) {
    return page(
        all.stream()
            .filter(row -> key.apply(row).compareTo(after()) > 0)
            .sorted(Comparator.comparing(key))
            .limit(limit)
            .toList(),
        key,
        view);
  }

  private static int limit(String text) {
    if (text.matches("[1-9][0-9]{0,3}") && Integer.parseInt(text) <= MAX_LIMIT) {
      return Integer.parseInt(text);
    }
    throw new RequestException(ErrorCode.INVALID_REQUEST, "limit is a number from 1 to 1000");
  }
}
