package io.penstock.bench;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Physical columns as the worker names and defines them in a generation. */
final class Columns {
  static final List<String> NAMES =
      IntStream.rangeClosed(1, EventRows.COLUMNS.size()).mapToObj(i -> "c" + i).toList();

  static final String LIST = String.join(", ", NAMES);

  static final String DEFINITIONS =
      NAMES.stream()
          .map(name -> name + " text NOT NULL DEFAULT ''")
          .collect(Collectors.joining(", "));

  private Columns() {}
}
