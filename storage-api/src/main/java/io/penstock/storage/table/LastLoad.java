package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask.DefineTable;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.model.job.JobTask.TableChange;
import io.penstock.model.job.JobTask.UndoImport;
import io.penstock.storage.job.TableWrite;
import io.penstock.storage.web.JsonFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds the full load that is a table's last change, and says why there is none. */
final class LastLoad {
  private static final int NAMED = 10;

  private LastLoad() {}

  /**
   * The job of the load that can be undone.
   *
   * @param writes newest first, without those that failed
   * @throws PlatformException {@code IMPORT_NOT_UNDOABLE}, with the jobs that stand against it
   */
  static long require(String table, List<TableWrite> writes) {
    List<TableWrite> since = new ArrayList<>();
    for (TableWrite write : writes) {
      if (write.task() instanceof TableChange.Optimise) {
        continue; // changes no rows; where it moved them, the worker says so
      }
      if (write.finished() && replacesRows(write)) {
        if (since.isEmpty()) {
          return write.id();
        }
        throw refusal(table, since);
      }
      since.add(write);
    }
    throw since.stream().allMatch(LastLoad::isCreation)
        ? refused(
            "The table %s has only been created, by a job that replaced no rows. Delete the table instead."
                .formatted(table),
            since)
        : refusal(table, since);
  }

  private static boolean replacesRows(TableWrite write) {
    return write.task() instanceof LoadTable load && !load.create() && !load.incremental();
  }

  private static boolean isCreation(TableWrite write) {
    return write.finished()
        && (write.task() instanceof DefineTable
            || (write.task() instanceof LoadTable load && load.create()));
  }

  private static PlatformException refusal(String table, List<TableWrite> since) {
    List<TableWrite> open = since.stream().filter(write -> !write.finished()).toList();
    if (!open.isEmpty()) {
      return refused(
          "The table %s is about to be changed by %s. Call again when nothing is under way; by then another load may be the last change."
              .formatted(table, named(open)),
          open);
    }
    String advice = "Load the right rows with a full load instead.";
    if (since.getFirst().task() instanceof UndoImport undo) {
      return refused(
          "Job %d of the table %s has been undone already, by job %d (%s): only one step back is possible. %s"
              .formatted(
                  undo.undoes(),
                  table,
                  since.getFirst().id(),
                  since.getFirst().operation(),
                  advice),
          since);
    }
    return refused(
        "The last change of the table %s is no full load: it was changed by %s since. %s"
            .formatted(table, named(since), advice),
        since);
  }

  private static String named(List<TableWrite> writes) {
    String first =
        writes.stream()
            .limit(NAMED)
            .map(write -> "job %d (%s)".formatted(write.id(), write.operation()))
            .collect(Collectors.joining(", "));
    return writes.size() > NAMED ? first + " and others before" : first;
  }

  private static PlatformException refused(String message, List<TableWrite> jobs) {
    List<Map<String, Object>> listed =
        jobs.stream()
            .limit(NAMED)
            .map(
                job ->
                    new JsonFields()
                        .put("id", job.id())
                        .put("operationName", job.operation())
                        .map())
            .toList();
    return new PlatformException(
        ErrorCode.IMPORT_NOT_UNDOABLE, message, Map.of("jobs", listed), null);
  }
}
