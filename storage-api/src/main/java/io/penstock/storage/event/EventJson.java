package io.penstock.storage.event;

import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.KeptRecord;
import io.penstock.storage.access.Caller;
import io.penstock.storage.file.FileLinks;
import io.penstock.storage.file.Files;
import io.penstock.storage.file.StoredFile;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Timestamps;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The contract's event object (chapter 2.9). The files of a whole page come by one query. */
@Component
class EventJson {
  /** In the place of an index: the record is in the outbox. */
  static final long NOT_KEPT_YET = -1;

  private static final String EVENTS = "/v2/storage/events/";
  private static final String RECORDS = "/v2/audit/events/";

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

  List<Map<String, Object>> events(Caller caller, List<KeptRecord> records) {
    Map<Long, StoredFile> attached = attached(caller, records.stream().map(KeptRecord::record));
    return records.stream()
        .map(kept -> event(caller, kept.record(), attached, EVENTS, true).map())
        .toList();
  }

  Map<String, Object> event(Caller caller, AuditRecord record) {
    return event(caller, record, attached(caller, Stream.of(record)), EVENTS, true).map();
  }

  /**
   * Records of any kind: events, and what an auditor needs beside.
   *
   * @param linked whether files are linked to; what is kept for long must not hold links
   */
  List<Map<String, Object>> records(Caller caller, List<KeptRecord> records, boolean linked) {
    Map<Long, StoredFile> attached = attached(caller, records.stream().map(KeptRecord::record));
    return records.stream().map(kept -> record(caller, kept, attached, linked)).toList();
  }

  private Map<String, Object> record(
      Caller caller, KeptRecord kept, Map<Long, StoredFile> attached, boolean linked) {
    AuditRecord record = kept.record();
    return event(caller, record, attached, RECORDS, linked)
        .put("id", record.number() == 0 ? null : record.number())
        .put("kind", word(record.kind()))
        .put("outcome", word(record.outcome()))
        .put("status", record.status())
        .put("exceptionId", record.exceptionId())
        .put("logIndex", kept.index() == NOT_KEPT_YET ? null : kept.index())
        .map();
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private Map<Long, StoredFile> attached(Caller caller, Stream<AuditRecord> records) {
    List<Long> ids = records.flatMap(record -> record.attachments().stream()).distinct().toList();
    return ids.isEmpty() ? Map.of() : files.findAll(caller.projectId(), ids);
  }

  private JsonFields event(
      Caller caller,
      AuditRecord record,
      Map<Long, StoredFile> attached,
      String path,
      boolean linked) {
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
        .put("uri", Call.current().baseUrl() + path + record.id())
        .put(
            "attachments",
            record.attachments().stream()
                .map(attached::get)
                .filter(Objects::nonNull)
                .map(file -> attachment(caller, file, linked))
                .toList());
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
  private Map<String, Object> attachment(Caller caller, StoredFile file, boolean linked) {
    return new JsonFields()
        .put("id", file.id())
        .put("isSliced", file.sliced())
        .put("uploadType", "upload")
        .put("isExpired", file.isExpired(clock.instant()))
        .put("created", Timestamps.format(file.createdAt()))
        .put("name", file.name())
        .put("url", linked && files.mayRead(caller, file) ? links.to(file) : null)
        .put("sizeBytes", file.sizeBytes())
        .map();
  }
}
