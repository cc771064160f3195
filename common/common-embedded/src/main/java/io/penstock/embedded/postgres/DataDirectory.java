package io.penstock.embedded.postgres;

import io.penstock.aws.keys.PrivateDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The folder {@code data} of a server's state directory. It is there whole or not at all: initdb
 * runs beside it.
 */
final class DataDirectory {
  private static final String MAJOR_VERSION = "18";

  private DataDirectory() {}

  static Path in(PrivateDirectory state) {
    return state.path("data");
  }

  /**
   * Makes the data directory where there is none: UTF-8, the built-in locale C.UTF-8 (the same
   * order on every machine), data checksums, and scram-sha-256 for every connection before the
   * server listens for the first time.
   *
   * @throws IllegalStateException when initdb fails, or the data belong to another major version
   */
  static Path prepare(PrivateDirectory state, PostgresPrograms programs) {
    Path data = in(state);
    try {
      if (Files.exists(data)) {
        requireVersion(data);
        return data;
      }
      Path beginning = state.path("data.new");
      PostgresBinaries.delete(beginning); // left by an initdb that was cut off
      RoleFile.readOrCreate(state, EmbeddedPostgresServer.SUPERUSER);
      var ended =
          programs.run(
              "initdb",
              "--pgdata=" + beginning,
              "--username=" + EmbeddedPostgresServer.SUPERUSER,
              "--pwfile=" + state.path(RoleFile.nameOf(EmbeddedPostgresServer.SUPERUSER)),
              "--auth-host=scram-sha-256",
              "--auth-local=reject",
              "--encoding=UTF8",
              "--locale=C",
              "--locale-provider=builtin",
              "--builtin-locale=C.UTF-8",
              "--data-checksums",
              "--no-instructions");
      if (ended.status() != 0) {
        throw new IllegalStateException("initdb of PostgreSQL failed: " + ended.output());
      }
      Files.move(beginning, data, StandardCopyOption.ATOMIC_MOVE);
      return data;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make the data directory " + data, e);
    }
  }

  private static void requireVersion(Path data) throws IOException {
    String version = Files.readString(data.resolve("PG_VERSION")).strip();
    if (!version.equals(MAJOR_VERSION)) {
      throw new IllegalStateException(
          "The data in %s belong to PostgreSQL %s, this is %s: move them over by pg_dump"
              .formatted(data, version, MAJOR_VERSION));
    }
  }
}
