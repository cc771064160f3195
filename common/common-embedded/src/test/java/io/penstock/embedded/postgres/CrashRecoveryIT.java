package io.penstock.embedded.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CrashRecoveryIT {
  @TempDir Path directory;

  /**
   * An aborted transaction's unlogged table loses its init fork at once, its main fork only at the
   * next checkpoint; that it was aborted is not yet written down when all processes are killed.
   */
  @Test
  void unloggedTableOfAnAbortedTransactionDoesNotKeepTheServerFromStarting() throws Exception {
    // The WAL writer would otherwise write the abort down within 0.2 seconds.
    var settings = PostgresSettings.in(directory).with("wal_writer_delay", "10s");
    try (var server = EmbeddedPostgresServer.start(settings)) {
      server.runSuperuser("CREATE TABLE kept (id int)");
      try (var aborted = server.connect("postgres", server.superuser())) {
        aborted.setAutoCommit(false);
        execute(aborted, "CREATE UNLOGGED TABLE lost (id int)");
        server.runSuperuser("INSERT INTO kept VALUES (7)");
        aborted.rollback();
        kill(ProcessHandle.of(server.pid()).orElseThrow());
      }
    }

    try (var server = EmbeddedPostgresServer.start(settings);
        var connection = server.connect("postgres", server.superuser());
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT id, to_regclass('lost') IS NULL FROM kept")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(7);
      assertThat(rows.getBoolean(2)).isTrue();
    }
    assertThat(Files.readString(directory.resolve("server.log")))
        .as("the fault was there")
        .contains("File exists");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void kill(ProcessHandle postmaster) {
    var all = Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(process -> process.onExit().join());
  }
}
