package io.penstock.storage.workspace;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.FileSource;
import io.penstock.model.job.WorkspaceInput;
import io.penstock.storage.access.Caller;
import io.penstock.storage.file.Files;
import io.penstock.storage.file.StoredFile;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.job.NewJob;
import io.penstock.storage.table.Tables;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Service;

/** Accepts what brings tables into workspaces, and files out of them. */
@Service
class WorkspaceLoads {
  private static final int LONGEST_FILE_NAME = 255;

  private final Workspaces workspaces;
  private final Tables tables;
  private final Files files;
  private final Jobs jobs;
  private final Clock clock;

  WorkspaceLoads(Workspaces workspaces, Tables tables, Files files, Jobs jobs, Clock clock) {
    this.workspaces = workspaces;
    this.tables = tables;
    this.files = files;
    this.jobs = jobs;
    this.clock = clock;
  }

  /** Loads of one workspace take turns. */
  Map<String, Object> load(Caller caller, String id, Params params) {
    Workspace workspace = workspaces.require(caller, id);
    List<WorkspaceInput> inputs =
        new LoadInputs(tables, files, caller, clock.instant()).read(params);
    about(workspace);
    boolean preserve = params.flag("preserve", false);
    return jobs.submit(
        params,
        () -> {
          workspaces.hold(workspace.id());
          return NewJob.ofWorkspace(
              WorkspaceJobs.LOAD,
              WorkspaceJobs.params(
                  workspace.id(),
                  Map.of(
                      "preserve",
                      preserve,
                      "input",
                      inputs.stream().map(WorkspaceLoads::shown).toList())),
              new JobTask.LoadWorkspace(workspace.id(), preserve, inputs),
              workspace.id(),
              null,
              NewJob.Lock.WORKSPACE);
        });
  }

  private static Map<String, Object> shown(WorkspaceInput input) {
    FileSource file = input.file();
    return new JsonFields()
        .put(file == null ? "source" : "dataFileId", file == null ? input.label() : file.fileId())
        .put("destination", input.destination())
        .put("incremental", input.incremental())
        .put("overwrite", input.overwrite())
        .map();
  }

  /** Writes a table or view of the workspace to a file. */
  Map<String, Object> export(Caller caller, String id, Params params) {
    Workspace workspace = workspaces.require(caller, id);
    String table = text(params, "tableName", "");
    if (table.isEmpty()) {
      throw invalid("tableName is required");
    }
    requireCsv(params.text("fileType", "").toLowerCase(Locale.ROOT));
    String fileName = fileName(text(params, "fileName", ""), table);
    boolean gzip = params.flag("gzip", false);
    return jobs.submit(
        params,
        () -> {
          workspaces.hold(workspace.id());
          StoredFile file =
              files.addExport(
                  caller,
                  fileName,
                  "exp-15/%d/workspace-exports/%d".formatted(caller.projectId(), workspace.id()));
          return new NewJob(
              WorkspaceJobs.EXPORT,
              WorkspaceJobs.params(
                  workspace.id(), Map.of("tableName", table, "gzip", gzip, "fileType", "csv")),
              new JobTask.ExportWorkspaceTable(
                  workspace.id(), table, gzip, file.bucket(), file.key()),
              null,
              null,
              null,
              file.id(),
              workspace.id(),
              workspace.sealedWorker(),
              NewJob.Lock.NONE);
        });
  }

  private static void requireCsv(String fileType) {
    switch (fileType) {
      case "csv", "" -> {}
      case "parquet" ->
          throw new PlatformException(
              ErrorCode.NOT_IMPLEMENTED, "fileType: parquet is not supported, only csv");
      default -> throw invalid("fileType must be csv");
    }
  }

  /**
   * As names of files are (chapter 2.7), and always of a CSV file: clients tell by its extension
   * whether they may put the slices together.
   */
  private static String fileName(String asked, String table) {
    String name = (asked.isEmpty() ? table : asked).replaceAll("[^A-Za-z0-9._-]", "_");
    return name.toLowerCase(Locale.ROOT).endsWith(".csv") ? name : name + ".csv";
  }

  private static void about(Workspace workspace) {
    Call.current().about("workspace", Long.toString(workspace.id()), workspace.names().schema());
  }

  private static String text(Params params, String name, String otherwise) {
    String text = params.text(name, otherwise);
    if (text.length() > LONGEST_FILE_NAME) {
      throw invalid("%s is longer than %d characters".formatted(name, LONGEST_FILE_NAME));
    }
    return text;
  }

  private static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.VALIDATION, message);
  }
}
