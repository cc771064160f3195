package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.DefineTable;
import io.penstock.model.job.JobTask.DefinedColumn;
import io.penstock.model.job.JobTask.RestoreTable;
import io.penstock.model.job.JobTask.TableChange.DropColumn;
import io.penstock.model.job.JobTask.UndoImport;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.job.TableWrite;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.springframework.stereotype.Component;

/**
 * Columns of real tables that aliases name, as chosen ones or in their filters, against jobs that
 * take columns away. Such a job is accepted behind {@link TableRows#lockForChange}, and an alias is
 * made or changed while its transaction {@link TableRows#holds} the table: one of the two sees the
 * other.
 */
@Component
public class AliasedColumns {
  private final AliasRows aliases;
  private final TableRows rows;
  private final Jobs jobs;

  AliasedColumns(AliasRows aliases, TableRows rows, Jobs jobs) {
    this.aliases = aliases;
    this.rows = rows;
    this.jobs = jobs;
  }

  /**
   * Columns of the table that its aliases name; no other one will be named until the transaction
   * ends.
   *
   * @throws PlatformException {@code TABLE_NOT_FOUND}
   */
  List<String> lock(DataTable table) {
    DataTable now =
        rows.lockForChange(table.projectId(), table.id())
            .orElseThrow(() -> Tables.notFound(table.label(), table.projectId()));
    return aliases.named(table.id()).stream().filter(now.columns()::contains).toList();
  }

  /**
   * Takes the table for the acceptance of a job that leaves it only these columns.
   *
   * @throws PlatformException {@code ALIASES_NAME_COLUMN}; {@code TABLE_NOT_FOUND}
   */
  public void requireLeft(DataTable table, Collection<String> left) {
    lock(table).stream()
        .filter(name -> !left.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw named(name);
            });
  }

  static PlatformException named(String column) {
    return new PlatformException(
        ErrorCode.ALIASES_NAME_COLUMN,
        "The column \"%s\" is named by an alias of the table, or by its filter: change the alias first"
            .formatted(column));
  }

  /**
   * Before an alias names these columns of its root, which the transaction holds.
   *
   * @throws PlatformException {@code TABLE_VALIDATION} when a job that has not ended may take one
   */
  void requireStay(long rootId, Collection<String> named) {
    if (named.isEmpty()) {
      return;
    }
    for (TableWrite write : jobs.unfinishedWritesOf(rootId)) {
      for (String column : named) {
        if (mayTake(write.task(), column)) {
          throw new PlatformException(
              ErrorCode.TABLE_VALIDATION,
              "Job %d (%s) may take the column \"%s\" out of the source: try again when it has ended"
                  .formatted(write.id(), write.operation(), column));
        }
      }
    }
  }

  private static boolean mayTake(JobTask task, String column) {
    return switch (task) {
      case DropColumn drop -> drop.name().equals(column);
      case RestoreTable restored ->
          restored.columns().stream().map(DefinedColumn::name).noneMatch(column::equals);
      case UndoImport _ -> true;
      default -> false;
    };
  }

  /**
   * Before there is an alias of this one, which the transaction holds: a table of its own would
   * show nothing of the root.
   *
   * @throws PlatformException {@code TABLE_VALIDATION}
   */
  void requireStaysAlias(DataTable source) {
    long id = Objects.requireNonNull(source.alias()).keptAs(source);
    for (TableWrite write : jobs.unfinishedWritesOf(id)) {
      if (write.task() instanceof DefineTable) {
        throw new PlatformException(
            ErrorCode.TABLE_VALIDATION,
            "Job %d (%s) makes the alias %s a table of its own: try again when it has ended"
                .formatted(write.id(), write.operation(), source.label()));
      }
    }
  }
}
