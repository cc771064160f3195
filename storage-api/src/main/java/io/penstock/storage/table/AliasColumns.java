package io.penstock.storage.table;

import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.job.DoneJob;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.table.Tables.Located;
import io.penstock.storage.web.Params;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Columns of aliases that were given them by name; their jobs are done when they are accepted. */
@Service
class AliasColumns {
  private final AliasService service;
  private final Tables tables;
  private final Jobs jobs;

  AliasColumns(AliasService service, Tables tables, Jobs jobs) {
    this.service = service;
    this.tables = tables;
    this.jobs = jobs;
  }

  Map<String, Object> add(Caller caller, String label, Params params) {
    Located alias = tables.require(caller, label, Permission.WRITE);
    service.requireSource(caller, alias.table());
    String column = params.text("name", "");
    return jobs.submitDone(
        params, () -> done(StructureJob.COLUMN_ADD, service.addColumn(alias, column), column));
  }

  Map<String, Object> remove(Caller caller, String label, String column, Params params) {
    Located alias = tables.require(caller, label, Permission.WRITE);
    return jobs.submitDone(
        params,
        () -> done(StructureJob.COLUMN_DELETE, service.removeColumn(alias, column), column));
  }

  private static DoneJob done(StructureJob job, Located alias, String column) {
    @Nullable Map<String, Object> nothing = null;
    return new DoneJob(
        job.operation(),
        Map.of("name", column, "queue", "main"),
        alias.table().label(),
        alias.table().id(),
        alias.bucket().id(),
        nothing);
  }
}
