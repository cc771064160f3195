package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.job.ColumnType;
import io.penstock.model.job.JobTask.TableChange;
import io.penstock.model.job.JobTask.TableChange.AddColumn;
import io.penstock.model.job.JobTask.TableChange.AddPrimaryKey;
import io.penstock.model.job.JobTask.TableChange.DeleteRows;
import io.penstock.model.job.JobTask.TableChange.DropColumn;
import io.penstock.model.job.JobTask.TableChange.DropPrimaryKey;
import io.penstock.model.job.JobTask.TableChange.Optimise;
import io.penstock.model.table.TableQuery;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.job.NewJob;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Service;

/**
 * Accepts changes of a table's structure and rows. What stands against a change is said at once
 * where the metadata tells; the worker asks again behind the catalogue's lock, because other jobs
 * may come first.
 */
@Service
class StructureService {
  private final TableRows rows;
  private final Tables tables;
  private final Jobs jobs;
  private final ObjectProvider<TableChangeGuard> guards;
  private final AliasColumns aliases;
  private final Clock clock;

  StructureService(
      TableRows rows,
      Tables tables,
      Jobs jobs,
      ObjectProvider<TableChangeGuard> guards,
      AliasColumns aliases,
      Clock clock) {
    this.aliases = aliases;
    this.rows = rows;
    this.tables = tables;
    this.jobs = jobs;
    this.guards = guards;
    this.clock = clock;
  }

  Map<String, Object> addColumn(Caller caller, String label, Params params) {
    DataTable table = writable(caller, label);
    if (table.isAlias()) {
      return aliases.add(caller, label, params);
    }
    String name = StructureParams.newColumn(params, table);
    @Nullable ColumnType type = StructureParams.newType(params, name, table).orElse(null);
    return submit(
        params,
        table,
        StructureJob.COLUMN_ADD,
        new JsonFields()
            .put("name", name)
            .putAll(type == null ? Map.of() : TableJson.typeFields(type)),
        new AddColumn(table.id(), table.label(), name, type));
  }

  Map<String, Object> deleteColumn(Caller caller, String label, String name, Params params) {
    DataTable table = writable(caller, label);
    if (table.isAlias()) {
      return aliases.remove(caller, label, name, params);
    }
    StructureParams.requireDroppable(name, table);
    return submit(
        params,
        table,
        StructureJob.COLUMN_DELETE,
        new JsonFields().put("name", name).put("force", force(params)),
        new DropColumn(table.id(), table.label(), name));
  }

  Map<String, Object> addPrimaryKey(Caller caller, String label, Params params) {
    DataTable table = writable(caller, label);
    table.refuseAlias(ErrorCode.ALIAS_IMPORT_NOT_ALLOWED);
    List<String> columns = StructureParams.newKey(params, table);
    return submit(
        params,
        table,
        StructureJob.PRIMARY_KEY_ADD,
        new JsonFields().put("columns", columns),
        new AddPrimaryKey(table.id(), table.label(), columns));
  }

  Map<String, Object> deletePrimaryKey(Caller caller, String label, Params params) {
    DataTable table = writable(caller, label);
    return submit(
        params,
        table,
        StructureJob.PRIMARY_KEY_DELETE,
        new JsonFields(),
        new DropPrimaryKey(table.id(), table.label()));
  }

  Map<String, Object> deleteRows(Caller caller, String label, Params params) {
    DataTable table = writable(caller, label);
    table.refuseAlias(ErrorCode.ALIAS_ROWS_DELETE_NOT_ALLOWED);
    TableQuery query = StructureParams.doomedRows(params, table, clock.instant());
    return submit(
        params,
        table,
        StructureJob.ROWS_DELETE,
        StructureParams.shownFilters(params),
        new DeleteRows(table.id(), table.label(), query));
  }

  Map<String, Object> optimise(Caller caller, String label, Params params) {
    DataTable table = writable(caller, label);
    return submit(
        params,
        table,
        StructureJob.OPTIMISE,
        new JsonFields(),
        new Optimise(table.id(), table.label()));
  }

  private DataTable writable(Caller caller, String label) {
    return tables.require(caller, label, Permission.WRITE).table();
  }

  private Map<String, Object> submit(
      Params params, DataTable table, StructureJob job, JsonFields shown, TableChange change) {
    boolean force = force(params);
    return jobs.submit(
        params,
        () -> {
          if (rows.lockForChange(table.projectId(), table.id()).isEmpty()) {
            throw Tables.notFound(table.label(), table.projectId());
          }
          guards.orderedStream().forEach(guard -> guard.check(table, change, force));
          return new NewJob(
              job.operation(),
              shown.put("queue", "main").map(),
              change,
              table.label(),
              table.id(),
              table.bucketId(),
              null,
              NewJob.Lock.TABLE);
        });
  }

  private static boolean force(Params params) {
    return params.flag("force", false);
  }
}
