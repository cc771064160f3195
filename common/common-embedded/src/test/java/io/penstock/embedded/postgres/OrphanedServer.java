package io.penstock.embedded.postgres;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;

/**
 * The JVM that is killed: starts a server, writes a row, prints the server's process id, waits for
 * its end.
 */
final class OrphanedServer {
  private OrphanedServer() {}

  @SuppressWarnings("SystemOut") // the other JVM reads it
  public static void main(String[] arguments) throws SQLException, InterruptedException {
    var server =
        EmbeddedPostgresServer.start(
            PostgresSettings.in(Path.of(arguments[0])).withBinaries(Path.of(arguments[1])));
    server.runSuperuser("CREATE TABLE left_behind (id int)", "INSERT INTO left_behind VALUES (7)");
    System.out.println(server.pid());
    new CountDownLatch(1).await();
  }
}
