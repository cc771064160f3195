package io.penstock.quickstart;

import io.penstock.embedded.postgres.EmbeddedPostgresServer;
import io.penstock.embedded.postgres.PostgresSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Databases that outlived the process that had started them. */
final class Leftovers {
  private Leftovers() {}

  /** Stops those of this home; returns how many there were. */
  static int stop(Home home) throws IOException {
    int stopped = 0;
    for (String name : new String[] {"metadata", "warehouse"}) {
      Path directory = home.file(name);
      if (Files.exists(directory.resolve("data").resolve("postmaster.pid"))) {
        EmbeddedPostgresServer.stopLeftover(
            PostgresSettings.in(directory)
                .named(name)
                .withBinaries(home.folder("postgres-binaries")));
        stopped++;
      }
    }
    return stopped;
  }
}
