package io.penstock.importer.load;

import io.penstock.importer.csv.CsvFault;
import io.penstock.importer.csv.CsvProblem;
import io.penstock.model.PlatformException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the source of a refused load once more, from its first byte, only to tell what is wrong
 * with it: up to 100 faulty records, in the order of the file, however many connections had tripped
 * over them. It looks no further than 1 GB behind the first of them. Used once.
 */
final class Diagnosis {
  private static final Logger LOG = LoggerFactory.getLogger(Diagnosis.class);
  private static final int MOST = 100;
  private static final long LOOK_AHEAD = 1L << 30;

  private final SourceReader source;
  private final boolean sliced;
  private final List<Found> found = new ArrayList<>();
  private @Nullable ColumnPlan plan;
  private long unpackedBefore;
  private long firstFoundAt = -1;
  private boolean complete = true;

  /** A problem and the slice that has it. */
  private record Found(CsvProblem problem, String key) {}

  /** Ends the walk when there is no use in going on. */
  private static final class EnoughException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EnoughException() {
      super("Enough is known", null, false, false);
    }
  }

  /**
   * @param sliced whether problems name their slice
   */
  Diagnosis(SourceReader source, boolean sliced) {
    this.source = source;
    this.sliced = sliced;
  }

  /** The fault with everything that a second look finds, or as it is if that finds nothing. */
  CsvFault explain(CsvFault fault) {
    try {
      walk();
    } catch (EnoughException | PlatformException e) {
      complete = false; // the rest cannot be read, or need not be
    } catch (IOException e) {
      complete = false;
      LOG.info("The second look at a faulty file broke off: {}", e.toString());
    }
    if (found.isEmpty()) {
      return fault;
    }
    Found first = found.getFirst();
    return new CsvFault(
        named(first.problem()),
        sliced ? "The slice " + first.key() : "The file",
        Map.of("problems", found.stream().map(this::json).toList(), "problemsComplete", complete));
  }

  private void walk() throws IOException {
    int objects = source.begin();
    for (int i = 0; i < objects; i++) {
      Current current = new Current();
      Optional<OpenObject> opened = source.examine(i, current::add);
      if (opened.isPresent()) {
        try (OpenObject object = opened.get()) {
          current.key = object.key();
          read(object);
        }
      }
    }
  }

  private void read(OpenObject object) throws IOException {
    ColumnPlan known = plan;
    if (known == null) {
      plan = source.plan(object);
    } else {
      source.enter(object, known);
    }
    object.input().forEachBlock((_, _, _) -> requireUse(object));
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

  /** With the column's name behind what is wrong with it. */
  private CsvProblem named(CsvProblem problem) {
    String name = columnName(problem);
    return name.isEmpty()
        ? problem
        : new CsvProblem(
            problem.kind(),
            problem.record(),
            problem.line(),
            problem.column(),
            problem.offset(),
            problem.cause() + " (column \"" + name + "\")",
            problem.snippet());
  }

  private String columnName(CsvProblem problem) {
    ColumnPlan known = plan;
    if (known == null || problem.kind() == CsvProblem.Kind.WRONG_FIELD_COUNT) {
      return "";
    }
    List<String> names = known.fileNames();
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
    private String key = "";

    void add(CsvProblem problem) {
      if (found.size() < MOST) {
        found.add(new Found(problem, key));
      } else {
        complete = false;
      }
    }
  }
}
