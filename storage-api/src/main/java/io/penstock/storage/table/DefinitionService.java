package io.penstock.storage.table;

import io.penstock.model.job.ColumnType;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.DefinedColumn;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.job.NewJob;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import java.util.Map;
import org.springframework.stereotype.Service;

/** Accepts tables that are made empty, by the definition of their columns. */
@Service
class DefinitionService {
  static final String OPERATION = "tableDefinitionCreate";

  private final TableNames names;
  private final Buckets buckets;
  private final Jobs jobs;

  DefinitionService(TableNames names, Buckets buckets, Jobs jobs) {
    this.names = names;
    this.buckets = buckets;
    this.jobs = jobs;
  }

  /** Reserves the name and accepts the job that makes the table. */
  Map<String, Object> define(Caller caller, String bucketLabel, Params params) {
    Bucket bucket = buckets.require(caller, bucketLabel, Permission.WRITE);
    NewDefinition asked = NewDefinition.of(params);
    String label = bucket.label() + "." + asked.name();
    return jobs.submit(
        params,
        () -> {
          buckets.hold(bucket);
          long tableId = names.reserve(bucket, asked.name(), asked.name());
          Call.current().about("table", label, asked.name());
          return new NewJob(
              OPERATION,
              shown(asked),
              new JobTask.DefineTable(tableId, label, asked.columns(), asked.primaryKey()),
              label,
              tableId,
              bucket.id(),
              null,
              NewJob.Lock.TABLE);
        });
  }

  private static Map<String, Object> shown(NewDefinition asked) {
    return new JsonFields()
        .put(
            "params",
            new JsonFields()
                .put("name", asked.name())
                .put("primaryKeysNames", asked.primaryKey())
                .put("columns", asked.columns().stream().map(DefinitionService::shown).toList())
                .map())
        .put("queue", "main")
        .map();
  }

  private static Map<String, Object> shown(DefinedColumn column) {
    ColumnType type = column.type();
    JsonFields json = new JsonFields().put("name", column.name());
    return type == null ? json.map() : json.putAll(TableJson.typeFields(type)).map();
  }
}
