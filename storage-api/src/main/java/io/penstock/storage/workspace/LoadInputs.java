package io.penstock.storage.workspace;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.WorkspaceInput;
import io.penstock.model.job.WorkspaceInput.Column;
import io.penstock.model.table.TableQuery;
import io.penstock.storage.access.Caller;
import io.penstock.storage.file.Files;
import io.penstock.storage.file.StoredFile;
import io.penstock.storage.table.FilterParams;
import io.penstock.storage.table.ReadableTable;
import io.penstock.storage.table.Tables;
import io.penstock.storage.web.Params;
import io.penstock.warehouse.WorkspaceTypes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Gatherers;

/** Reads the inputs of a load into a workspace. */
final class LoadInputs {
  private static final int MAX_INPUTS = 500;
  private static final int ASKED_AT_ONCE = 16;
  private static final int MAX_COLUMNS = 1_600;

  /** PostgreSQL cuts longer names off without a word. */
  private static final int LONGEST_NAME = 63;

  /** They choose among the rows of a table. */
  private static final List<String> FILTERS =
      List.of(
          "whereColumn",
          "whereValues",
          "whereFilters",
          "changedSince",
          "changedUntil",
          "days",
          "seconds");

  private final Tables tables;
  private final Files files;
  private final Caller caller;
  private final Instant now;
  private final Map<String, ReadableTable> sources = new HashMap<>();
  private final Map<Long, StoredFile> named = new HashMap<>();

  LoadInputs(Tables tables, Files files, Caller caller, Instant now) {
    this.tables = tables;
    this.files = files;
    this.caller = caller;
    this.now = now;
  }

  /**
   * The inputs, checked as far as the metadata and the object store know; never inside of a
   * transaction.
   *
   * @throws PlatformException what the caller has to change
   */
  List<WorkspaceInput> read(Params params) {
    List<Params> given = params.objects("input");
    if (given.isEmpty() || given.size() > MAX_INPUTS) {
      throw invalid("input: a load has 1 to %d inputs".formatted(MAX_INPUTS));
    }
    List<WorkspaceInput> inputs = given.stream().map(this::input).toList();
    Set<String> seen = new HashSet<>();
    for (WorkspaceInput input : inputs) {
      if (!seen.add(input.destination())) {
        throw new PlatformException(
            ErrorCode.WORKSPACE_DUPLICATE_TABLE,
            "Two inputs have the destination \"%s\"".formatted(input.destination()));
      }
    }
    requireUploaded();
    return inputs;
  }

  /** Of hundreds of files one after the other, clients would not await the answer. */
  private void requireUploaded() {
    named.values().stream()
        .gather(
            Gatherers.mapConcurrent(
                ASKED_AT_ONCE,
                file -> {
                  files.requireUploaded(file);
                  return file;
                }))
        .forEach(_ -> {});
  }

  private WorkspaceInput input(Params given) {
    requireCopy(given);
    FilterParams.refuseSearch(given);
    Long fileId = given.number("dataFileId");
    if (fileId != null) {
      return ofFile(given, fileId);
    }
    ReadableTable source = source(given);
    String destination = name("destination", given.text("destination", ""));
    List<Column> columns = columns(given);
    Map<String, Object> question = new LinkedHashMap<>(given.all());
    question.remove("columns");
    long rows = given.number("rows", 0, 0, Long.MAX_VALUE);
    TableQuery query =
        source.restrict(
            FilterParams.read(
                new Params(question, given.isJson()),
                source.columns(),
                rows == 0 ? null : rows,
                now));
    return new WorkspaceInput(
        source.rows().tableId(),
        source.table().label(),
        query,
        destination,
        columns,
        given.flag("incremental", false),
        given.flag("overwrite", false),
        !given.flag("dropTimestampColumn", false),
        key(given),
        source.rows().otherProject(caller.projectId()));
  }

  /** A CSV file with a header line. */
  private WorkspaceInput ofFile(Params given, long fileId) {
    if (!given.text("source", "").isEmpty()) {
      throw invalid("input: source and dataFileId exclude each other");
    }
    for (String filter : FILTERS) {
      if (given.has(filter)) {
        throw invalid("input: %s is for tables, and not for dataFileId".formatted(filter));
      }
    }
    StoredFile file = named.computeIfAbsent(fileId, id -> files.requireReadable(caller, id));
    if (file.sliced()) {
      throw invalid(
          "input: the file %d is sliced, and slices have no header line: load it into a table first"
              .formatted(fileId));
    }
    long rows = given.number("rows", 0, 0, Long.MAX_VALUE);
    return new WorkspaceInput(
        0,
        "file %d (%s)".formatted(fileId, file.name()),
        new TableQuery(List.of(), List.of(), List.of(), null, null, rows == 0 ? null : rows, false),
        name("destination", given.text("destination", "")),
        columns(given),
        given.flag("incremental", false),
        given.flag("overwrite", false),
        !given.flag("dropTimestampColumn", false),
        key(given),
        null,
        file.source());
  }

  private static List<String> key(Params given) {
    return given.list("primaryKey").stream().filter(column -> !column.isEmpty()).toList();
  }

  private ReadableTable source(Params given) {
    String label = given.text("source", "");
    if (label.isEmpty()) {
      throw invalid("input: source or dataFileId is required");
    }
    ReadableTable known = sources.get(label);
    if (known == null) {
      known = readable(label);
      sources.put(label, known);
    }
    return known;
  }

  private ReadableTable readable(String label) {
    try {
      return tables.requireReadable(caller, label);
    } catch (PlatformException e) {
      if (e.code() != ErrorCode.TABLE_NOT_FOUND) {
        throw e;
      }
      throw new PlatformException(ErrorCode.WORKSPACE_SOURCE_NOT_FOUND, e.text(), e);
    }
  }

  private void requireCopy(Params given) {
    String type = given.text("loadType", "").toUpperCase(Locale.ROOT);
    if (!Set.of("", "COPY", "AUTO", "CLONE").contains(type)) {
      throw invalid("loadType must be COPY, AUTO or CLONE: each of them copies the rows");
    }
    Long branch = given.number("sourceBranchId");
    if (branch != null && branch != caller.project().branchId()) {
      throw new PlatformException(ErrorCode.BRANCH_NOT_FOUND, "Branch not found: " + branch);
    }
  }

  private static List<Column> columns(Params given) {
    Object value = given.all().get("columns");
    boolean objects =
        switch (value) {
          case List<?> list -> holdsObjects(list);
          case Map<?, ?> map -> holdsObjects(map.values());
          case null, default -> false;
        };
    List<Column> columns =
        objects
            ? given.objects("columns").stream().map(LoadInputs::column).toList()
            : given.list("columns").stream()
                .filter(name -> !name.isEmpty())
                .map(name -> new Column(name, name, null, null, true, false))
                .toList();
    if (columns.size() > MAX_COLUMNS) {
      throw invalid("columns: %d are too many".formatted(columns.size()));
    }
    return columns;
  }

  private static boolean holdsObjects(Collection<?> items) {
    return items.stream().anyMatch(Map.class::isInstance);
  }

  private static Column column(Params given) {
    String source = given.text("source", "");
    if (source.isEmpty()) {
      throw invalid("columns: source is required");
    }
    String type = given.text("type", "");
    String length = given.text("length", "");
    if (!type.isEmpty()) {
      var _ = WorkspaceTypes.sql(type, length);
    }
    return new Column(
        source,
        name("columns: destination", given.text("destination", source)),
        type.isEmpty() ? null : type,
        length.isEmpty() ? null : length,
        given.flag("nullable", true),
        given.flag("convertEmptyValuesToNull", false));
  }

  private static String name(String parameter, String name) {
    if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw invalid("%s must be a name of 1 to %d bytes".formatted(parameter, LONGEST_NAME));
    }
    return name;
  }

  private static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.VALIDATION, message);
  }
}
