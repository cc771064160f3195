package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome.ExportReceipt;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobOutcome.Slice;
import io.penstock.model.job.JobTask.ExportTable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ExportCacheIT {
  private static final Map<String, Object> ASKED = Map.of("gzip", true, "columns", "id,name");

  private final Gateway gateway = Gateway.get();
  private final Client master = gateway.master();
  private final Worker worker = gateway.worker();
  private final String bucket = master.newBucket();
  private final String table = bucket + ".users";

  ExportCacheIT() {
    gateway
        .jdbc()
        .sql(
            """
            INSERT INTO data_table (project_id, bucket_id, name, display_name, state, columns, sequence, created_at)
            SELECT 12, id, 'users', 'users', 'READY', '{id,name}', 7, now() FROM bucket
            WHERE stage || '.' || name = :label AND deleted_at IS NULL
            """)
        .param("label", bucket)
        .update();
  }

  private long job(Client client, Map<String, ?> asked) {
    JsonNode job = client.post("tables/" + table + "/export-async", asked).json(202);
    assertThat(job.path("status").asString()).isEqualTo("waiting");
    return job.path("id").asLong();
  }

  /** The worker does it, and reads the table in this state. */
  private long exported(Client client, Map<String, ?> asked, long sequence) {
    long job = job(client, asked);
    JobMessage message = worker.receive(job);
    ExportTable task = (ExportTable) message.task();
    worker.exported(
        message,
        new ExportReceipt(
            List.of("id", "name"),
            List.of(new Slice(task.key() + "0000_part_00.gz", 77)),
            5,
            0.1,
            sequence));
    JsonNode results = Worker.finished(client, job).path("results");
    assertThat(results.path("cacheHit").asBoolean()).isFalse();
    return results.path("file").path("id").asLong();
  }

  /** No worker has heard of it. */
  private long hit(Client client, Map<String, ?> asked) {
    JsonNode job = Worker.finished(client, job(client, asked));
    assertThat(job.path("results").path("cacheHit").asBoolean()).isTrue();
    assertThat(job.path("operationName").asString()).isEqualTo("tableExport");
    return job.path("results").path("file").path("id").asLong();
  }

  @Test
  void sameQuestionToAnUnchangedTableGetsTheSameFile() {
    long file = exported(master, ASKED, 7);

    assertThat(hit(master, ASKED)).isEqualTo(file);
    assertThat(hit(master, Map.of("gzip", "1", "columns", List.of("id", "name")))).isEqualTo(file);

    long plain = exported(master, Map.of("columns", "id,name"), 7);
    long other = exported(master, Map.of("gzip", true, "columns", "name,id"), 7);
    assertThat(List.of(plain, other)).doesNotContain(file).doesNotHaveDuplicates();
    assertThat(events("cacheHit")).isEqualTo(2);
  }

  @Test
  void changeOfTheTableEndsIt() {
    long file = exported(master, ASKED, 7);
    gateway.jdbc().sql("UPDATE data_table SET sequence = 8 WHERE name = 'users'").update();

    long again = exported(master, ASKED, 8);

    assertThat(again).isNotEqualTo(file);
    assertThat(hit(master, ASKED)).isEqualTo(again);
  }

  /** A load was published while the export waited: its file is newer than what we know. */
  @Test
  void fileAnswersForTheStateThatWasReadOnly() {
    long ahead = exported(master, ASKED, 8);

    long now = exported(master, ASKED, 7);

    assertThat(now).isNotEqualTo(ahead);
    assertThat(hit(master, ASKED)).isEqualTo(now);
    gateway.jdbc().sql("UPDATE data_table SET sequence = 8 WHERE name = 'users'").update();
    assertThat(hit(master, ASKED)).isEqualTo(ahead);
  }

  @Test
  void whoeverAskedMayReadTheFileAndHisRunIsNoted() {
    Client reader = gateway.limited();
    gateway.grant(reader, bucket, "READ");
    long file = exported(master.inRun("run-1"), ASKED, 7);
    reader.get("files/" + file).assertRefused(403, "accessDenied");

    assertThat(hit(reader.inRun("run-2"), ASKED)).isEqualTo(file);
    assertThat(hit(reader.inRun("run-2"), ASKED)).isEqualTo(file);

    JsonNode detail = reader.get("files/" + file).json(200);
    assertThat(detail.path("runId").asString()).isEqualTo("run-1");
    assertThat(detail.path("runIds"))
        .extracting(JsonNode::asString)
        .containsExactly("run-1", "run-2");
    Client stranger = gateway.limited();
    stranger.post("tables/" + table + "/export-async", ASKED).assertRefused(403, "accessDenied");
    stranger.get("files/" + file).assertRefused(403, "accessDenied");
  }

  @Test
  void fileThatIsGoneOrGoesSoonIsNotGivenOut() {
    long deleted = exported(master, ASKED, 7);
    assertThat(master.delete("files/" + deleted).status()).isEqualTo(204);
    long expiring = exported(master, ASKED, 7);
    gateway
        .jdbc()
        .sql(
            "UPDATE stored_file SET created_at = now() - (max_age_days * 24 - 23) * interval '1"
                + " hour' WHERE id = :id")
        .param("id", expiring)
        .update();

    long fresh = exported(master, ASKED, 7);

    assertThat(List.of(deleted, expiring)).doesNotContain(fresh);
    gateway
        .jdbc()
        .sql(
            "UPDATE stored_file SET created_at = now() - (max_age_days * 24 - 25) * interval '1"
                + " hour' WHERE id = :id")
        .param("id", fresh)
        .update();
    assertThat(hit(master, ASKED)).isEqualTo(fresh);
  }

  @Test
  void failedExportAnswersNobody() {
    long failed = job(master, ASKED);
    worker.failed(worker.receive(failed), new JobError("internalError", "…", "e-1", Map.of()));
    Worker.finished(master, failed);

    exported(master, ASKED, 7);
  }

  private long events(String text) {
    return gateway
        .jdbc()
        .sql(
            """
            SELECT count(*) FROM outbox_record WHERE body::jsonb ->> 'operation' = 'storage.tableExported'
              AND body::jsonb -> 'object' ->> 'id' = :id AND body LIKE '%' || :text || '%'
            """)
        .param("id", table)
        .param("text", text)
        .query(Long.class)
        .single();
  }
}
