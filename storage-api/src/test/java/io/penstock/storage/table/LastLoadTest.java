package io.penstock.storage.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.FileSource;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.model.job.JobTask.UndoImport;
import io.penstock.storage.job.TableWrite;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LastLoadTest {
  private static final String TABLE = "in.c-main.users";

  @Test
  void fullLoadThatIsTheLastChangeIsFound() {
    assertThat(LastLoad.require(TABLE, List.of(full(9), append(8), create(7)))).isEqualTo(9);
  }

  @Test
  void laterChangesAreNamedWithTheirOperations() {
    assertThat(refusal(append(12), append(11), full(9)))
        .contains("job 12 (tableImport), job 11 (tableImport)", "full load instead")
        .doesNotContain("job 9");
  }

  @Test
  void jobThatIsNotFinishedStandsAgainstIt() {
    assertThat(refusal(open(13, full(13)), append(12), full(9)))
        .contains("about to be changed by job 13 (tableImport)")
        .doesNotContain("job 12");
    assertThat(refusal(open(13, undo(13, 9)), full(9))).contains("job 13 (tableImportUndo)");
  }

  @Test
  void undoneLoadCannotBeUndoneAgain() {
    assertThat(refusal(undo(10, 9), full(9), full(8)))
        .contains("Job 9", "undone already, by job 10 (tableImportUndo)", "one step");
  }

  @Test
  void tableThatWasOnlyCreatedHasNothingBefore() {
    assertThat(refusal(create(7))).contains("only been created");
    assertThat(refusal()).contains("only been created");
    assertThat(refusal(append(8), create(7))).contains("job 8 (tableImport), job 7 (tableCreate)");
  }

  @Test
  void longListsAreCut() {
    TableWrite[] many =
        LongStream.range(0, 50).mapToObj(i -> append(100 - i)).toArray(TableWrite[]::new);

    assertThat(refusal(many)).contains("job 91 ", "and others before").doesNotContain("job 90 ");
  }

  private static String refusal(TableWrite... writes) {
    var refused =
        assertThatExceptionOfType(PlatformException.class)
            .isThrownBy(() -> LastLoad.require(TABLE, List.of(writes)))
            .actual();
    assertThat(refused.code()).isEqualTo(ErrorCode.IMPORT_NOT_UNDOABLE);
    assertThat(refused.context()).containsKey("jobs");
    return refused.text();
  }

  private static TableWrite open(long id, TableWrite write) {
    return new TableWrite(id, write.operation(), false, write.task());
  }

  private static TableWrite undo(long id, long undoes) {
    return new TableWrite(id, "tableImportUndo", true, new UndoImport(1, TABLE, undoes));
  }

  private static TableWrite full(long id) {
    return new TableWrite(id, "tableImport", true, load(false, false));
  }

  private static TableWrite append(long id) {
    return new TableWrite(id, "tableImport", true, load(false, true));
  }

  private static TableWrite create(long id) {
    return new TableWrite(id, "tableCreate", true, load(true, false));
  }

  private static JobTask load(boolean create, boolean incremental) {
    return new LoadTable(
        1,
        TABLE,
        create,
        List.of(),
        incremental,
        new FileSource(1, "f.csv", "b", "k", false, false),
        new CsvFormat(",", "\"", "", List.of(), CsvFormat.Header.FIRST_LINE, null));
  }
}
