package io.penstock.embedded.postgres;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where and how one server runs. Immutable.
 *
 * @param name what a person calls it, for messages: {@code warehouse database}
 * @param directory its state: data, passwords, log; made with mode 0700 when it is not there
 * @param binaries where PostgreSQL's files are unpacked once; servers may share it
 * @param port on 127.0.0.1; 0: a free one
 * @param parameters of postgresql.conf, over the ones that the server chooses itself
 */
public record PostgresSettings(
    String name, Path directory, Path binaries, int port, Map<String, String> parameters) {

  public PostgresSettings {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("Not a port: " + port);
    }
    directory = directory.toAbsolutePath().normalize();
    binaries = binaries.toAbsolutePath().normalize();
    parameters = Map.copyOf(parameters);
  }

  /** A server that has everything, binaries included, in one directory, and a free port. */
  public static PostgresSettings in(Path directory) {
    return new PostgresSettings("database", directory, directory.resolve("binaries"), 0, Map.of());
  }

  public PostgresSettings named(String name) {
    return new PostgresSettings(name, directory, binaries, port, parameters);
  }

  public PostgresSettings withBinaries(Path binaries) {
    return new PostgresSettings(name, directory, binaries, port, parameters);
  }

  public PostgresSettings withPort(int port) {
    return new PostgresSettings(name, directory, binaries, port, parameters);
  }

  /** Sets a parameter of postgresql.conf, such as {@code shared_buffers} to {@code 1GB}. */
  public PostgresSettings with(String parameter, String value) {
    if (!parameter.matches("[a-z_.]{1,63}")) {
      throw new IllegalArgumentException("Not a parameter: " + parameter);
    }
    var changed = new LinkedHashMap<>(parameters);
    changed.put(parameter, value);
    return new PostgresSettings(name, directory, binaries, port, changed);
  }
}
