package io.penstock.storage.event;

import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.KeptRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an export of records looks like, line by line. */
enum ExportForm {
  /** RFC 4180, every value quoted; params and results as JSON. */
  CSV("text/csv;charset=utf-8", "audit-events.csv") {
    @Override
    String header() {
      return line(COLUMNS.stream());
    }

    @Override
    String row(KeptRecord kept, Map<String, Object> shown) {
      AuditRecord record = kept.record();
      return line(
          Arrays.stream(
              new @Nullable Object[] {
                kept.index(),
                record.time(),
                record.id(),
                shown.get("kind"),
                record.operation(),
                shown.get("outcome"),
                record.status(),
                record.durationMillis(),
                record.actor().type(),
                record.actor().id(),
                record.actor().description(),
                record.source().address(),
                record.source().userAgent(),
                record.object().type(),
                record.object().id(),
                record.object().name(),
                record.runId(),
                record.exceptionId(),
                record.component(),
                record.configurationId(),
                record.type(),
                record.message(),
                record.description(),
                Json.write(record.params()),
                Json.write(record.results())
              }));
    }
  },

  /** The objects of the list, one a line. */
  JSONL("application/x-ndjson", "audit-events.jsonl") {
    @Override
    String header() {
      return "";
    }

    @Override
    String row(KeptRecord kept, Map<String, Object> shown) {
      return Json.write(shown) + "\n";
    }
  };

  private static final List<String> COLUMNS =
      List.of(
          "logIndex",
          "time",
          "uuid",
          "kind",
          "operation",
          "outcome",
          "status",
          "durationMillis",
          "actorType",
          "actorId",
          "actorDescription",
          "address",
          "userAgent",
          "objectType",
          "objectId",
          "objectName",
          "runId",
          "exceptionId",
          "component",
          "configurationId",
          "type",
          "message",
          "description",
          "params",
          "results");

  private final String contentType;
  private final String fileName;

  ExportForm(String contentType, String fileName) {
    this.contentType = contentType;
    this.fileName = fileName;
  }

  static ExportForm of(String word) {
    return switch (word) {
      case "csv", "" -> CSV;
      case "jsonl" -> JSONL;
      default -> throw new PlatformException(ErrorCode.VALIDATION, "format must be csv or jsonl");
    };
  }

  String contentType() {
    return contentType;
  }

  String fileName() {
    return fileName;
  }

  abstract String header();

  /**
   * @param shown the record's object of the list
   */
  abstract String row(KeptRecord kept, Map<String, Object> shown);

  private static String line(java.util.stream.Stream<?> values) {
    return values
        .map(value -> '"' + Objects.toString(value, "").replace("\"", "\"\"") + '"')
        .collect(Collectors.joining(",", "", "\n"));
  }
}
