package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask.TableChange;
import java.util.HashSet;
import org.springframework.stereotype.Component;

/**
 * Aliases have no structure and no rows of their own to change, and stand against the loss of what
 * they name. Aliases that show all columns just lose one with their source.
 */
@Component
class AliasGuard implements TableChangeGuard {
  private final AliasRows aliases;

  AliasGuard(AliasRows aliases) {
    this.aliases = aliases;
  }

  @Override
  public void check(DataTable table, TableChange change, boolean force) {
    table.refuseAlias(
        change instanceof TableChange.DeleteRows
            ? ErrorCode.ALIAS_ROWS_DELETE_NOT_ALLOWED
            : ErrorCode.ALIAS_IMPORT_NOT_ALLOWED);
    switch (change) {
      case TableChange.DropColumn drop -> {
        if (aliases.namesColumn(table.id(), drop.name())) {
          throw AliasedColumns.named(drop.name());
        }
      }
      case TableChange.DropPrimaryKey _ -> {
        if (aliases.filtersBy(table.id(), new HashSet<>(table.primaryKey()))) {
          throw new PlatformException(
              ErrorCode.ALIASES_NEED_KEY,
              "An alias of the table filters by a column of its primary key: remove the filter"
                  + " first");
        }
      }
      case TableChange.AddColumn _,
          TableChange.AddPrimaryKey _,
          TableChange.DeleteRows _,
          TableChange.Optimise _ -> {}
    }
  }
}
