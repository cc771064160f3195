package io.penstock.kill;

import io.penstock.kill.CustomersFiles.Form;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Makes rows and files of them, the same for the same seed. Values hold what CSV has to enclose,
 * keys come again within a file and over files. Used by one thread.
 */
final class FilePlan {
  private static final List<String> WORDS =
      List.of(
          "alpha",
          "a,b",
          "say \"hi\"",
          "two\nlines",
          "Žluťoučký kůň",
          "",
          " blank ",
          "🚰",
          "x".repeat(60));

  private static final List<Form> FORMS = List.of(Form.values());

  private final TableModel table;
  private final Random random;

  FilePlan(TableModel table, Random random) {
    this.table = table;
    this.random = random;
  }

  /** A file's rows in their order, and how it is stored. */
  record PlannedFile(List<List<String>> rows, Form form, List<String> contents) {}

  /** Some tens to hundreds of rows, now and then some thousands. */
  PlannedFile next() {
    int size = random.nextInt(6) == 0 ? 2_500 + random.nextInt(2_500) : 10 + random.nextInt(700);
    List<List<String>> known = table.rows();
    List<List<String>> rows = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      boolean again = !known.isEmpty() && random.nextInt(8) == 0;
      rows.add(again ? known.get(random.nextInt(known.size())) : row());
    }
    Form form = FORMS.get(random.nextInt(FORMS.size()));
    return new PlannedFile(rows, form, form.sliced() ? slices(rows) : List.of(withHeader(rows)));
  }

  /** A file that lacks the table's last column. */
  List<String> narrow() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(table.columns());
    for (int i = 0; i < 20; i++) {
      lines.add(row());
    }
    return List.of(
        lines.stream()
            .map(line -> csv(line.subList(0, line.size() - 1)))
            .collect(Collectors.joining()));
  }

  private List<String> row() {
    return List.of(
        Integer.toString(random.nextInt(6_000)),
        "r" + random.nextInt(4),
        WORDS.get(random.nextInt(WORDS.size())) + random.nextInt(1_000),
        WORDS.get(random.nextInt(WORDS.size())));
  }

  private String withHeader(List<List<String>> rows) {
    return csv(table.columns()) + rows.stream().map(FilePlan::csv).collect(Collectors.joining());
  }

  private List<String> slices(List<List<String>> rows) {
    int count = Math.min(rows.size(), 1 + random.nextInt(4));
    List<String> slices = new ArrayList<>(Collections.nCopies(count, ""));
    for (int i = 0; i < count; i++) {
      slices.set(
          i,
          rows.subList(i * rows.size() / count, (i + 1) * rows.size() / count).stream()
              .map(FilePlan::csv)
              .collect(Collectors.joining()));
    }
    return slices;
  }

  private static String csv(List<String> row) {
    return row.stream()
        .map(value -> '"' + value.replace("\"", "\"\"") + '"')
        .collect(Collectors.joining(",", "", "\n"));
  }
}
