package io.penstock.importer.load;

import io.penstock.importer.csv.CsvFault;
import io.penstock.importer.csv.CsvProblem;
import io.penstock.importer.csv.FieldValue;
import io.penstock.model.PlatformException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the source of a refused load once more, from its first byte, only to tell what is wrong
 * with it: up to 100 faulty records, in the order of the file, however many connections had tripped
 * over them, with what breaks the rules of CSV and what a typed table cannot take. It looks no
 * further than 1 GB behind the first of them. Used once.
 */
final class Diagnosis {
  private static final Logger LOG = LoggerFactory.getLogger(Diagnosis.class);
  private static final int MOST = 100;
  private static final long LOOK_AHEAD = 1L << 30;

  private final SourceReader source;
  private final boolean sliced;
  private final ValueCheck values;
  private final List<Found> found = new ArrayList<>();
  private final Set<List<Long>> faultyRecords = new HashSet<>();
  private @Nullable ColumnPlan plan;
  private long unpackedBefore;
  private long firstFoundAt = -1;
  private boolean complete = true;

  /**
   * A problem, the slice that has it, and its cause as it may stand in a message.
   *
   * @param object the slice's place in the manifest
   */
  private record Found(CsvProblem problem, int object, String key, String reason) {
    static final Comparator<Found> AS_IN_THE_FILE =
        Comparator.comparingInt(Found::object).thenComparingLong(found -> found.problem.record());
  }

  /** Ends the walk when there is no use in going on. */
  private static final class EnoughException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EnoughException() {
      super("Enough is known", null, false, false);
    }
  }

  /**
   * @param sliced whether problems name their slice
   * @param values of a typed table's columns, and of rows' times
   */
  Diagnosis(SourceReader source, boolean sliced, ValueCheck values) {
    this.source = source;
    this.sliced = sliced;
    this.values = values;
  }

  /** Everything that a second look finds; empty when it finds nothing. */
  Optional<CsvFault> look() {
    try {
      walk();
    } catch (EnoughException | PlatformException e) {
      complete = false; // the rest cannot be read, or need not be
    } catch (IOException | SQLException e) {
      complete = false;
      LOG.info("The second look at a faulty file broke off: {}", e.toString());
    }
    if (found.isEmpty()) {
      return Optional.empty();
    }
    found.sort(Found.AS_IN_THE_FILE);
    Found first = found.getFirst();
    return Optional.of(
        new CsvFault(
            named(first),
            sliced ? "The slice " + first.key() : "The file",
            Map.of(
                "problems",
                found.stream().limit(MOST).map(this::json).toList(),
                "problemsComplete",
                complete && found.size() <= MOST)));
  }

  private void walk() throws IOException, SQLException {
    int objects = source.begin();
    for (int i = 0; i < objects; i++) {
      Current current = new Current(i);
      Optional<OpenObject> opened = source.examine(i, current::add, current::look);
      if (opened.isPresent()) {
        try (OpenObject object = opened.get()) {
          current.key = object.key();
          read(object, current);
        }
      }
    }
  }

  private void read(OpenObject object, Current current) throws IOException, SQLException {
    ColumnPlan known = plan;
    if (known == null) {
      known = source.plan(object);
      plan = known;
      values.expect(known);
    } else {
      source.enter(object, known);
    }
    object
        .input()
        .<SQLException>forEachBlock(
            (_, _, _) -> {
              current.ask();
              requireUse(object);
            });
    current.ask();
    unpackedBefore += object.input().bytes();
  }

  private void requireUse(OpenObject object) {
    long at = unpackedBefore + object.input().bytes();
    if (!found.isEmpty() && firstFoundAt < 0) {
      firstFoundAt = at;
    }
    if (found.size() >= MOST || (firstFoundAt >= 0 && at - firstFoundAt > LOOK_AHEAD)) {
      throw new EnoughException();
    }
  }

  /** With the column's name behind what is wrong with it, and without the value. */
  private CsvProblem named(Found first) {
    String name = columnName(first.problem());
    return first
        .problem()
        .because(name.isEmpty() ? first.reason() : first.reason() + " (column \"" + name + "\")");
  }

  private String columnName(CsvProblem problem) {
    ColumnPlan known = plan;
    if (known == null || problem.kind() == CsvProblem.Kind.WRONG_FIELD_COUNT) {
      return "";
    }
    List<String> names = known.fieldNames();
    return problem.column() <= names.size() ? names.get((int) problem.column() - 1) : "";
  }

  private Map<String, Object> json(Found each) {
    Map<String, Object> json = each.problem().json();
    String name = columnName(each.problem());
    if (!name.isEmpty()) {
      json.put("columnName", name);
    }
    if (sliced) {
      json.put("object", each.key());
    }
    return json;
  }

  /** The object that is read now. */
  private final class Current {
    private final int object;
    private String key = "";

    Current(int object) {
      this.object = object;
    }

    void look(FieldValue value) {
      values.look(value);
      if (values.isFull()) {
        try {
          ask();
        } catch (SQLException e) {
          LOG.info("The second look at a faulty file broke off: {}", e.toString());
          throw new EnoughException();
        }
      }
    }

    void add(CsvProblem problem) {
      add(problem, problem.cause());
    }

    /** Values that wait for PostgreSQL's word come late, but never later than their block's end. */
    void ask() throws SQLException {
      for (ValueCheck.Refusal refusal : values.ask()) {
        add(refusal.problem(), refusal.reason());
      }
    }

    private void add(CsvProblem problem, String reason) {
      if (faultyRecords.size() > 2 * MOST) {
        complete = false;
      } else if (faultyRecords.add(List.of((long) object, problem.record()))) {
        found.add(new Found(problem, object, key, reason));
      }
    }
  }
}
