package io.penstock.model.job;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.penstock.model.table.TableQuery;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a worker is asked to do. Tables are named by their numeric id; a label is for messages to
 * people only.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = JobTask.DefineTable.class, name = "defineTable"),
  @JsonSubTypes.Type(value = JobTask.LoadTable.class, name = "loadTable"),
  @JsonSubTypes.Type(value = JobTask.RestoreTable.class, name = "restoreTable"),
  @JsonSubTypes.Type(value = JobTask.CheckLoad.class, name = "checkLoad"),
  @JsonSubTypes.Type(value = JobTask.ExportTable.class, name = "exportTable"),
  @JsonSubTypes.Type(value = JobTask.UndoImport.class, name = "undoImport"),
  @JsonSubTypes.Type(value = JobTask.DropTables.class, name = "dropTables"),
  @JsonSubTypes.Type(value = JobTask.TableChange.AddColumn.class, name = "addColumn"),
  @JsonSubTypes.Type(value = JobTask.TableChange.DropColumn.class, name = "dropColumn"),
  @JsonSubTypes.Type(value = JobTask.TableChange.AddPrimaryKey.class, name = "addPrimaryKey"),
  @JsonSubTypes.Type(value = JobTask.TableChange.DropPrimaryKey.class, name = "dropPrimaryKey"),
  @JsonSubTypes.Type(value = JobTask.TableChange.DeleteRows.class, name = "deleteRows"),
  @JsonSubTypes.Type(value = JobTask.TableChange.Optimise.class, name = "optimise"),
  @JsonSubTypes.Type(value = JobTask.LoadWorkspace.class, name = "loadWorkspace"),
  @JsonSubTypes.Type(value = JobTask.ExportWorkspaceTable.class, name = "exportWorkspaceTable"),
  @JsonSubTypes.Type(value = JobTask.WorkspaceChange.Create.class, name = "createWorkspace"),
  @JsonSubTypes.Type(
      value = JobTask.WorkspaceChange.SetPassword.class,
      name = "setWorkspacePassword"),
  @JsonSubTypes.Type(value = JobTask.WorkspaceChange.AddLogin.class, name = "addWorkspaceLogin"),
  @JsonSubTypes.Type(value = JobTask.WorkspaceChange.DropLogin.class, name = "dropWorkspaceLogin"),
  @JsonSubTypes.Type(value = JobTask.WorkspaceChange.Drop.class, name = "dropWorkspace"),
  @JsonSubTypes.Type(value = JobTask.ProvisionProject.class, name = "provisionProject")
})
public sealed interface JobTask {

  /** Whether it is for the provisioner, which makes databases, schemas and roles. */
  default boolean forProvisioner() {
    return this instanceof ProvisionProject || this instanceof WorkspaceChange;
  }

  /**
   * Projects beside the job's own whose databases it reads: their readers' credentials travel with
   * the message.
   */
  default Set<Long> otherProjects() {
    return Set.of();
  }

  /**
   * Create an empty table; one that the catalogue already holds is an error.
   *
   * @param columns in the table's order; all of them typed, or none
   * @param primaryKey names of the key's columns
   */
  record DefineTable(
      long tableId, String label, List<DefinedColumn> columns, List<String> primaryKey)
      implements JobTask {}

  /**
   * A column of a table that is to be made.
   *
   * @param name as it will be, cleaned already
   * @param type null: text
   */
  record DefinedColumn(String name, @Nullable ColumnType type) {}

  /**
   * Create a table from a file, or load a file into it.
   *
   * @param create true: the table comes into being with this load; a table that the catalogue
   *     already holds is an error
   * @param primaryKey names of the key's columns, only read when {@code create}
   * @param incremental true: append, or upsert by the key; false: replace all rows
   * @param rules what is special about it
   */
  record LoadTable(
      long tableId,
      String label,
      boolean create,
      List<String> primaryKey,
      boolean incremental,
      RowsFrom source,
      CsvFormat csv,
      LoadRules rules)
      implements JobTask {

    @SuppressWarnings("NullAway") // a message from before there were rules has none
    public LoadTable {
      rules = rules == null ? LoadRules.USUAL : rules;
    }

    /**
     * The file that it reads.
     *
     * @throws IllegalStateException when it reads none
     */
    public FileSource file() {
      if (source instanceof FileSource file) {
        return file;
      }
      throw new IllegalStateException("The load reads no file");
    }

    /** A load like most. */
    public LoadTable(
        long tableId,
        String label,
        boolean create,
        List<String> primaryKey,
        boolean incremental,
        RowsFrom source,
        CsvFormat csv) {
      this(tableId, label, create, primaryKey, incremental, source, csv, LoadRules.USUAL);
    }
  }

  /**
   * What can be special about a load; the first two concern incremental ones only.
   *
   * @param partial the file may lack columns of the table, whose values then stay as they are
   * @param insertOnly every row's key is new, or the load is refused; false: the rows of known keys
   *     are changed
   * @param timesFromFile the file says in its column {@code _timestamp} what becomes the rows'
   *     {@code _timestamp}; false, as in messages that do not know of it: the time of the load does
   */
  record LoadRules(boolean partial, boolean insertOnly, boolean timesFromFile) {
    /** Nothing. */
    public static final LoadRules USUAL = new LoadRules(false, false);

    /** Of a load whose rows get its time. */
    public LoadRules(boolean partial, boolean insertOnly) {
      this(partial, insertOnly, false);
    }
  }

  /**
   * Give a table the rows, the columns and the key that it had at another time, or make a table of
   * them.
   *
   * @param load a full one, from the file that was written then; its key is the table's from now on
   * @param columns the table's columns from now on, in the file's order, whatever it has
   */
  record RestoreTable(LoadTable load, List<DefinedColumn> columns) implements JobTask {}

  /** Find out what a load would do, and do nothing. */
  record CheckLoad(LoadTable load) implements JobTask {}

  /**
   * Write a table's rows to sliced objects {@code {key}0000_part_00[.gz]} … and a manifest {@code
   * {key}manifest}.
   *
   * @param bucket S3 bucket of the organisation
   * @param key the file's key; slices begin with it
   * @param ofProject whose database has the table; null: the job's own project
   */
  record ExportTable(
      long tableId,
      String label,
      TableQuery query,
      ExportFormat format,
      boolean gzip,
      String bucket,
      String key,
      @Nullable Long ofProject)
      implements JobTask {

    /** Of a table in the job's own project. */
    public ExportTable(
        long tableId,
        String label,
        TableQuery query,
        ExportFormat format,
        boolean gzip,
        String bucket,
        String key) {
      this(tableId, label, query, format, gzip, bucket, key, null);
    }

    @Override
    public Set<Long> otherProjects() {
      return ofProject == null ? Set.of() : Set.of(ofProject);
    }
  }

  /**
   * Make the rows that a full load has replaced the table's rows again, while that load is the
   * table's last change.
   *
   * @param undoes the load's job
   * @param needed columns that aliases name: without them the load stays
   */
  record UndoImport(long tableId, String label, long undoes, List<String> needed)
      implements JobTask {
    /** Of a table without such aliases. */
    public UndoImport(long tableId, String label, long undoes) {
      this(tableId, label, undoes, List.of());
    }

    /** Earlier versions say nothing of the columns. */
    public UndoImport {
      needed = Objects.requireNonNullElse(needed, List.of());
    }
  }

  /** Remove tables and their rows; an id that the catalogue does not know counts as removed. */
  record DropTables(List<Long> tableIds) implements JobTask {}

  /**
   * Change one table's structure or rows without a file; what it changes is read behind its lock.
   */
  sealed interface TableChange extends JobTask {
    long tableId();

    String label();

    /**
     * Add a column that is empty in every row: of an untyped table {@code ''}, of a typed one its
     * default or NULL.
     *
     * @param type of a typed table's column; an untyped table takes no notice of it
     */
    record AddColumn(long tableId, String label, String name, @Nullable ColumnType type)
        implements TableChange {

      /** Of an untyped table. */
      public AddColumn(long tableId, String label, String name) {
        this(tableId, label, name, null);
      }
    }

    /** Take a column out of the table; its name may be given anew. */
    record DropColumn(long tableId, String label, String name) implements TableChange {}

    /** Give a table that has no primary key one, its columns in this order. */
    record AddPrimaryKey(long tableId, String label, List<String> columns) implements TableChange {}

    /** Take the primary key away, if there is one; the columns stay. */
    record DropPrimaryKey(long tableId, String label) implements TableChange {}

    /**
     * Delete rows: those that the query's filters and times choose, or all where it has none. Its
     * columns, order and limit mean nothing.
     */
    record DeleteRows(long tableId, String label, TableQuery query) implements TableChange {}

    /** Give back the space of rows and columns that are gone, and count values for the planner. */
    record Optimise(long tableId, String label) implements TableChange {}
  }

  /**
   * Create the project's database, its roles and its catalogue. Sent to the provisioner's queue,
   * whose message carries the roles to make in its sealed credential, see {@link ProjectRoles}.
   */
  record ProvisionProject() implements JobTask {}

  /**
   * Copy tables of the project into a workspace's schema, all of them or none.
   *
   * @param preserve false: the schema is emptied first
   */
  record LoadWorkspace(long workspaceId, boolean preserve, List<WorkspaceInput> inputs)
      implements JobTask {
    @Override
    public Set<Long> otherProjects() {
      return inputs.stream()
          .map(WorkspaceInput::ofProject)
          .filter(Objects::nonNull)
          .collect(Collectors.toSet());
    }
  }

  /**
   * Write a table or view of a workspace to sliced objects, as {@link ExportTable} does.
   *
   * @param table its name in the workspace's schema
   */
  record ExportWorkspaceTable(
      long workspaceId, String table, boolean gzip, String bucket, String key) implements JobTask {}

  /**
   * What only the provisioner may do: roles and schemas of workspaces, named by {@link
   * WorkspaceNames}. Sent to its queue; passwords are in the message's sealed credential, see
   * {@link WorkspaceSecret}.
   */
  sealed interface WorkspaceChange extends JobTask {
    long workspaceId();

    /**
     * Make the schema with its roles.
     *
     * @param login false: nobody can log in as the workspace's own role
     * @param statementTimeoutSeconds 0: none
     */
    record Create(long workspaceId, boolean login, int statementTimeoutSeconds)
        implements WorkspaceChange {}

    /** Give the workspace's own role another password. */
    record SetPassword(long workspaceId) implements WorkspaceChange {}

    /**
     * Make one more role that can log in.
     *
     * @param statementTimeoutSeconds 0: none
     */
    record AddLogin(long workspaceId, long loginId, int statementTimeoutSeconds)
        implements WorkspaceChange {}

    /** Remove such a role; what it owns goes to the workspace's own. */
    record DropLogin(long workspaceId, long loginId) implements WorkspaceChange {}

    /** Remove schema and roles, whoever is logged in; what is not there counts as removed. */
    record Drop(long workspaceId) implements WorkspaceChange {}
  }

  /** Where a load's rows come from; a message that does not say so means a file. */
  @JsonTypeInfo(
      use = JsonTypeInfo.Id.NAME,
      property = "from",
      defaultImpl = JobTask.FileSource.class)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = JobTask.FileSource.class, name = "file"),
    @JsonSubTypes.Type(value = JobTask.WorkspaceSource.class, name = "workspace")
  })
  sealed interface RowsFrom {}

  /** A file. {@code gzip} was decided by its name. */
  record FileSource(
      long fileId, String fileName, String bucket, String key, boolean sliced, boolean gzip)
      implements RowsFrom {}

  /**
   * A table or view of a workspace; its rows come as CSV with a header line.
   *
   * @param columns empty: all but {@code _timestamp}
   */
  record WorkspaceSource(long workspaceId, String table, List<String> columns)
      implements RowsFrom {}

  /**
   * How the file's text is cut into fields.
   *
   * @param delimiter one character
   * @param enclosure one character, or empty for none
   * @param escapedBy one character, or empty for none
   * @param columns names of the file's columns in order, when the caller gave them; empty: see
   *     {@code header}
   * @param header what the first line is
   * @param ignoredLines lines to skip before the data; null when not given
   * @param nullValue what stands for NULL in a typed column; null: nothing does. An untyped table
   *     holds no NULL and does not ask
   * @param enclosedNull whether it does so in an enclosure as well; exports enclose every value, so
   *     that what they wrote can tell an empty text from NULL
   */
  record CsvFormat(
      String delimiter,
      String enclosure,
      String escapedBy,
      List<String> columns,
      Header header,
      @Nullable Integer ignoredLines,
      @Nullable String nullValue,
      boolean enclosedNull) {

    /** Where an empty value stands for NULL, enclosed or not. */
    public CsvFormat(
        String delimiter,
        String enclosure,
        String escapedBy,
        List<String> columns,
        Header header,
        @Nullable Integer ignoredLines) {
      this(delimiter, enclosure, escapedBy, columns, header, ignoredLines, "");
    }

    /** Of a caller's file. */
    public CsvFormat(
        String delimiter,
        String enclosure,
        String escapedBy,
        List<String> columns,
        Header header,
        @Nullable Integer ignoredLines,
        @Nullable String nullValue) {
      this(delimiter, enclosure, escapedBy, columns, header, ignoredLines, nullValue, true);
    }

    /** Of what an export has written, without a header. */
    public static CsvFormat ofExport(List<String> columns) {
      return new CsvFormat(",", "\"", "", columns, Header.GIVEN, null, "", false);
    }

    /** Where the columns' names come from. */
    public enum Header {
      /** The first line names the columns. */
      FIRST_LINE,
      /** {@code columns} names them, the first line is data. */
      GIVEN,
      /** The table's own order counts, the first line is data. */
      TABLE_ORDER
    }
  }

  /** The text form of an export. */
  enum ExportFormat {
    RFC,
    RAW,
    ESCAPED,
    JSON
  }
}
