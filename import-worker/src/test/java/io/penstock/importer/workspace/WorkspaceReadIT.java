package io.penstock.importer.workspace;

import static io.penstock.importer.workspace.Sessions.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.importer.fixture.ProjectFixture;
import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobTask.ExportWorkspaceTable;
import io.penstock.model.job.JobTask.WorkspaceChange;
import io.penstock.model.job.WorkspaceNames;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes out of workspaces. */
class WorkspaceReadIT {
  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static WarehouseFixture warehouse;

  @SuppressWarnings("NullAway.Init")
  private static ProjectFixture project;

  @BeforeAll
  static void start() {
    warehouse = WarehouseFixture.start(directory);
    project = warehouse.newProject();
  }

  @AfterAll
  static void stop() {
    warehouse.close();
  }

  @Test
  void viewIsExportedWithTheRightsOfTheWorkspace() throws SQLException {
    WorkspaceNames workspace = project.newWorkspace();
    try (Connection user = project.asUser(workspace)) {
      run(
          user,
          "CREATE VIEW \"Out\" AS SELECT 1 AS id, true AS ok, NULL::text AS none, 'a\"b' AS q,"
              + " now() AS _timestamp",
          "CREATE FUNCTION spy() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(*)"
              + " FROM _penstock.catalogue); END'",
          "CREATE VIEW evil AS SELECT spy() AS n",
          "CREATE FUNCTION grow() RETURNS int LANGUAGE plpgsql AS 'BEGIN CREATE TABLE grown (id"
              + " int); RETURN 1; END'",
          "CREATE VIEW writing AS SELECT grow() AS n");
    }

    JobOutcome outcome = export(workspace, "Out");

    assertThat(outcome.error()).isNull();
    assertThat(new String(project.objects().get("out/Out0000_part_00"), StandardCharsets.UTF_8))
        .isEqualTo("\"1\",\"true\",,\"a\"\"b\"\n");
    assertThat(Objects.requireNonNull(outcome.export()).columns())
        .containsExactly("id", "ok", "none", "q");
    for (String refused : new String[] {"evil", "writing"}) {
      assertThat(Objects.requireNonNull(export(workspace, refused).error()).code())
          .as(refused)
          .isEqualTo("workspace.loadFailed");
    }
    assertThat(Objects.requireNonNull(export(workspace, "out").error()).code())
        .as("names are case-sensitive")
        .isEqualTo("workspace.tableNotFound");
  }

  @Test
  void workspaceThatWasDroppedIsSaidSo() {
    WorkspaceNames workspace = project.newWorkspace();
    project.provision(
        project.message(
            WarehouseFixture.nextId(), new WorkspaceChange.Drop(workspace.workspaceId()), ""));

    assertThat(Objects.requireNonNull(export(workspace, "t").error()).code())
        .isEqualTo("workspace.workspaceNotFound");
  }

  private static JobOutcome export(WorkspaceNames workspace, String table) {
    return project.runWith(
        workspace,
        new ExportWorkspaceTable(
            workspace.workspaceId(), table, false, ProjectFixture.BUCKET, "out/" + table));
  }
}
