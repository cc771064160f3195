package io.penstock.storage.event;

import io.penstock.model.audit.AuditRecord;
import io.penstock.storage.access.Caller;
import io.penstock.storage.file.FileLinks;
import io.penstock.storage.file.Files;
import io.penstock.storage.file.StoredFile;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Timestamps;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The contract's event object (chapter 2.9). The files of a whole page come by one query. */
@Component
class EventJson {
  /** Events that tell of the work of jobs. */
  private static final Set<String> OF_JOBS =
      Set.of(
          "storage.tableCreated",
          "storage.tableImportStarted",
          "storage.tableImportDone",
          "storage.tableImportError",
          "storage.tableExported",
          "storage.tableExportError");

  private final Files files;
  private final FileLinks links;
  private final Clock clock;

  EventJson(Files files, FileLinks links, Clock clock) {
    this.files = files;
    this.links = links;
    this.clock = clock;
  }

  List<Map<String, Object>> of(Caller caller, List<AuditRecord> records) {
    Map<Long, StoredFile> attached =
        files.findAll(
            caller.projectId(),
            records.stream().flatMap(record -> record.attachments().stream()).distinct().toList());
    return records.stream().map(record -> event(caller, record, attached)).toList();
  }

  private Map<String, Object> event(
      Caller caller, AuditRecord record, Map<Long, StoredFile> attached) {
    return new JsonFields()
        .put("id", record.number())
        .put("uuid", record.id().toString())
        .put("event", record.operation())
        .put("component", record.component())
        .put("configurationId", record.configurationId())
        .put("message", record.message())
        .put("description", record.description())
        .put("type", record.type())
        .put("runId", record.runId())
        .put("created", Timestamps.format(record.time()))
        .put("objectId", record.object().id())
        .put("objectName", record.object().name())
        .put("objectType", record.object().type())
        .put("idBranch", caller.project().branchId())
        .put("context", context(record))
        .put("params", record.params())
        .put("results", record.results())
        .put("performance", performance(record))
        .put("token", token(record))
        .put("uri", Call.current().baseUrl() + "/v2/storage/events/" + record.id())
        .put(
            "attachments",
            record.attachments().stream()
                .map(attached::get)
                .filter(Objects::nonNull)
                .map(file -> attachment(caller, file))
                .toList())
        .map();
  }

  private static Map<String, Object> context(AuditRecord record) {
    return new JsonFields()
        .put("remoteAddr", record.source().address())
        .put("httpReferer", record.source().referer())
        .put("httpUserAgent", record.source().userAgent())
        .put("apiVersion", "v2")
        .put("userAgent", record.source().userAgent())
        .put("async", OF_JOBS.contains(record.operation()))
        .map();
  }

  private static Map<String, Object> performance(AuditRecord record) {
    return record.durationMillis() == 0
        ? Map.of()
        : Map.of("duration", record.durationMillis() / 1000.0);
  }

  private static Map<String, Object> token(AuditRecord record) {
    return new JsonFields()
        .put("id", number(record.actor().id()))
        .put("name", record.actor().description())
        .map();
  }

  private static @Nullable Object number(@Nullable String id) {
    return id != null && !id.isEmpty() && id.chars().allMatch(Character::isDigit)
        ? Long.valueOf(id)
        : id;
  }

  /** The link is for those only who may read the file; an event may be seen by more. */
  private Map<String, Object> attachment(Caller caller, StoredFile file) {
    return new JsonFields()
        .put("id", file.id())
        .put("isSliced", file.sliced())
        .put("uploadType", "upload")
        .put("isExpired", file.isExpired(clock.instant()))
        .put("created", Timestamps.format(file.createdAt()))
        .put("name", file.name())
        .put("url", files.mayRead(caller, file) ? links.to(file) : null)
        .put("sizeBytes", file.sizeBytes())
        .map();
  }
}
