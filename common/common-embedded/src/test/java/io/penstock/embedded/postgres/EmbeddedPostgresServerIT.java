package io.penstock.embedded.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.penstock.embedded.PortInUseException;
import io.penstock.model.job.RoleCredential;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedPostgresServerIT {
  /** Binaries are unpacked once for all tests of this class. */
  @TempDir static Path binaries;

  @TempDir Path directory;

  @Test
  void onlyTheRightPasswordOpens() throws Exception {
    try (var server = EmbeddedPostgresServer.start(settings())) {
      assertThat(value(server, "SELECT current_user")).isEqualTo("postgres");
      var wrong = new RoleCredential("postgres", "wrong");
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> server.connect("postgres", wrong).close())
          .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
      assertThat(
              value(server, "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"))
          .isEqualTo("reject,scram-sha-256");
    }
    var password = directory.resolve("state/postgres.password");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(password)))
        .isEqualTo("rw-------");
  }

  @Test
  void commitsAreDurableAndOnlyLoopbackListens() throws Exception {
    try (var server = EmbeddedPostgresServer.start(settings().with("shared_buffers", "32MB"))) {
      assertThat(value(server, "SHOW fsync")).isEqualTo("on");
      assertThat(value(server, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(value(server, "SHOW data_checksums")).isEqualTo("on");
      assertThat(value(server, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(value(server, "SHOW unix_socket_directories")).isEmpty();
      assertThat(value(server, "SHOW shared_buffers")).isEqualTo("32MB");
      assertThat(value(server, "SHOW server_encoding")).isEqualTo("UTF8");
      assertThat(value(server, "SHOW server_version")).startsWith("18.");
      assertThat(value(server, "SELECT datlocale FROM pg_database WHERE datname = 'postgres'"))
          .isEqualTo("C.UTF-8");
    }
  }

  @Test
  void dataSurviveARestartThatTakesNoTime() throws Exception {
    try (var server = EmbeddedPostgresServer.start(settings())) {
      server.runSuperuser("CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (7)");
    }
    var begun = Instant.now();

    try (var server = EmbeddedPostgresServer.start(settings())) {
      var took = Duration.between(begun, Instant.now());
      assertThat(value(server, "SELECT id FROM kept")).isEqualTo("7");
      assertThat(took).isLessThan(Duration.ofSeconds(3)); // 0.2 seconds on an idle machine
    }
  }

  @Test
  void closeWaitsForTheEndOfTheServer() throws Exception {
    var server = EmbeddedPostgresServer.start(settings());
    var process = ProcessHandle.of(server.pid()).orElseThrow();
    try (var open = server.connect("postgres", server.superuser())) {
      assertThat(open.isValid(5)).isTrue();
      server.close();
    }

    assertThat(process.isAlive()).isFalse();
    assertThat(directory.resolve("state/data/postmaster.pid")).doesNotExist();
    server.close();
  }

  @Test
  void takenPortIsNamed() throws Exception {
    try (var other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      var taken = settings().named("warehouse database").withPort(other.getLocalPort());

      assertThatExceptionOfType(PortInUseException.class)
          .isThrownBy(() -> EmbeddedPostgresServer.start(taken))
          .withMessageContaining("Port %d ", other.getLocalPort())
          .withMessageContaining("warehouse database another port");
    }
  }

  @Test
  void secondServerOnTheSameDirectoryIsRefused() throws Exception {
    try (var server = EmbeddedPostgresServer.start(settings())) {
      assertThatIllegalStateException()
          .isThrownBy(() -> EmbeddedPostgresServer.start(settings()))
          .withMessageContaining("already running");
      assertThat(value(server, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void wrongParameterIsSaidInPostgresOwnWords() throws Exception {
    assertThatIllegalStateException()
        .isThrownBy(() -> EmbeddedPostgresServer.start(settings().with("shared_buffers", "much")))
        .withMessageContaining("invalid value for parameter \"shared_buffers\"");

    try (var server = EmbeddedPostgresServer.start(settings())) {
      assertThat(value(server, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void serverOfAKilledJvmIsStoppedAndItsDataAreKept() throws Exception {
    var orphan = leaveOrphan();
    assertThat(orphan.isAlive()).isTrue();

    try (var server = EmbeddedPostgresServer.start(settings())) {
      assertThat(orphan.isAlive() && !isZombie(orphan)).isFalse();
      assertThat(value(server, "SELECT id FROM left_behind")).isEqualTo("7");
    }
  }

  @Test
  void foreignProcessWithTheNumberInAStaleFileIsLeftAlone() throws Exception {
    EmbeddedPostgresServer.start(settings()).close();
    var foreign = new ProcessBuilder("sleep", "300").start();
    try {
      var data = directory.resolve("state/data");
      Files.write(
          data.resolve("postmaster.pid"),
          List.of(
              Long.toString(foreign.pid()),
              data.toString(),
              Long.toString(Instant.now().getEpochSecond()),
              "5432",
              "",
              "127.0.0.1"));

      try (var server = EmbeddedPostgresServer.start(settings())) {
        assertThat(value(server, "SELECT 1")).isEqualTo("1");
        assertThat(foreign.isAlive()).isTrue();
      }
    } finally {
      foreign.destroy();
    }
  }

  @Test
  void serverThatStartedAtAnotherTimeIsNotKilled() throws Exception {
    var orphan = leaveOrphan();
    var file = directory.resolve("state/data/postmaster.pid");
    var original = Files.readAllLines(file);
    var changed = new ArrayList<>(original);
    changed.set(2, "1000000000");
    Files.write(file, changed);

    assertThatIllegalStateException()
        .isThrownBy(() -> EmbeddedPostgresServer.start(settings()))
        .withMessageContaining("Process " + orphan.pid());
    assertThat(orphan.isAlive()).isTrue();

    Files.write(file, original);
    EmbeddedPostgresServer.start(settings()).close();
    assertThat(orphan.isAlive() && !isZombie(orphan)).isFalse();
  }

  @Test
  void temporaryServerNeedsOneLine() throws Exception {
    try (var server = EmbeddedPostgresServer.temporary(directory.resolve("one-line"))) {
      assertThat(value(server, "SELECT 1")).isEqualTo("1");
    }
  }

  /** Another JVM starts the server and is killed, as by {@code kill -9}. */
  private ProcessHandle leaveOrphan() throws Exception {
    var jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OrphanedServer.class.getName(),
                directory.resolve("state").toString(),
                binaries.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long pid;
    try (var output = jvm.inputReader()) {
      pid = Long.parseLong(output.readLine().strip());
    } finally {
      jvm.destroyForcibly();
      assertThat(jvm.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    return ProcessHandle.of(pid).orElseThrow();
  }

  private static boolean isZombie(ProcessHandle process) {
    return process.info().arguments().isEmpty();
  }

  private PostgresSettings settings() {
    return PostgresSettings.in(directory.resolve("state")).withBinaries(binaries);
  }

  private static String value(EmbeddedPostgresServer server, String query) throws SQLException {
    try (var connection = server.connect("postgres", server.superuser());
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
