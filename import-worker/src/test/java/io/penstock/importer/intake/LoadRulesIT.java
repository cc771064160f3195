package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobTask.LoadRules;
import io.penstock.model.job.JobTask.LoadTable;
import java.sql.SQLException;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LoadRulesIT extends ProjectTest {
  private static final LoadRules PARTIAL = new LoadRules(true, false);
  private static final LoadRules INSERT_ONLY = new LoadRules(false, true);

  @Test
  void partialLoadLeavesTheColumnsAloneThatTheFileLacks() throws SQLException {
    long table = project.newTable("id,name,city\n1,a,x\n2,b,y\n", "id");

    JobOutcome outcome = run(table, PARTIAL, "city,id\nz,2\nw,3\n");

    assertThat(outcome.error()).isNull();
    assertThat(project.rows(table)).containsExactlyInAnyOrder("1|a|x", "2|b|z", "3||w");
    var load = Objects.requireNonNull(outcome.load());
    assertThat(load.columns()).containsExactly("city", "id");
    assertThat(load.rowsUpdated()).isEqualTo(1);
    assertThat(load.rowsInserted()).isEqualTo(1);
  }

  @Test
  void partialLoadNeedsTheKey() throws SQLException {
    long table = project.newTable("a,b,c\n1,1,x\n", "a", "b");

    var error = Objects.requireNonNull(run(table, PARTIAL, "a,c\n1,y\n").error());

    assertThat(error.code()).isEqualTo("csvImport.columnsNotMatch");
    assertThat(error.message()).contains("Missing columns: b.");
    assertThat(project.rows(table)).containsExactly("1|1|x");
  }

  @Test
  void loadThatOnlyInsertsTakesNewKeysAndRefusesOthersAltogether() throws SQLException {
    long table = project.newTable("id,name\n1,a\n", "id");

    JobOutcome fresh = run(table, INSERT_ONLY, "id,name\n2,b\n");
    JobOutcome known = run(table, INSERT_ONLY, "id,name\n3,c\n1,z\n");
    JobOutcome twice = run(table, INSERT_ONLY, "id,name\n4,d\n4,d\n");

    assertThat(fresh.error()).isNull();
    assertThat(Objects.requireNonNull(known.error()).code())
        .isEqualTo("storage.tables.primaryKeyDuplicateValues");
    assertThat(Objects.requireNonNull(twice.error()).code())
        .isEqualTo("storage.tables.primaryKeyDuplicateValues");
    assertThat(project.rows(table)).containsExactlyInAnyOrder("1|a", "2|b");
    assertThat(project.relations(table)).hasSize(1);
  }

  private static JobOutcome run(long table, LoadRules rules, String csv) {
    LoadTable load = project.load(table, false, true, csv);
    return project.run(
        new LoadTable(
            load.tableId(),
            load.label(),
            false,
            load.primaryKey(),
            true,
            load.source(),
            load.csv(),
            rules));
  }
}
