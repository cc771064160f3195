package io.penstock.kill;

import io.penstock.embedded.LoopbackPort;
import io.penstock.embedded.PortInUseException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** A platform's folder and where its parts listen. */
record Installation(Path home, Map<String, Integer> ports) {
  private static final List<String> PARTS =
      List.of("https", "http", "s3", "sqs", "metadata", "warehouse", "audit", "worker");
  private static final int SPARE = 2;

  static Installation in(Path folder) throws IOException {
    Path home = Files.createDirectories(folder).toRealPath();
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    int base = freeBase();
    Map<String, Integer> ports = new LinkedHashMap<>();
    for (String part : PARTS) {
      ports.put(part, base + ports.size());
    }
    Files.writeString(
        home.resolve("ports.properties"),
        ports.entrySet().stream()
            .map(port -> port.getKey() + "=" + port.getValue() + "\n")
            .collect(Collectors.joining()));
    return new Installation(home, ports);
  }

  /**
   * Below the ports that outgoing connections get: while a server is dead nobody else takes its
   * port.
   */
  private static int freeBase() {
    Random random = new Random();
    for (int attempt = 1; ; attempt++) {
      int base = 12_000 + 16 * random.nextInt(1_200);
      try {
        for (int i = 0; i < PARTS.size() + SPARE; i++) {
          LoopbackPort.available(base + i, "kill test");
        }
        return base;
      } catch (PortInUseException e) {
        if (attempt == 100) {
          throw e;
        }
      }
    }
  }

  int port(String part) {
    return ports.getOrDefault(part, 0);
  }

  /** Beside those of the parts: 0 or 1. */
  int sparePort(int number) {
    return port(PARTS.getLast()) + 1 + number;
  }

  URI api() {
    return URI.create("http://127.0.0.1:" + port("http"));
  }

  URI s3() {
    return URI.create("http://127.0.0.1:" + port("s3"));
  }

  URI queues() {
    return URI.create("http://127.0.0.1:" + port("sqs"));
  }

  /** Where the platform writes the settings of a service. */
  Path settings(io.penstock.kill.agent.KillPoint.Service service) {
    return home.resolve("config").resolve(service.label() + ".properties");
  }

  /** Where a service says whether it is ready. */
  URI ready(io.penstock.kill.agent.KillPoint.Service service) {
    return URI.create(
        switch (service) {
          case STORAGE_API -> api() + "/health/ready";
          case IMPORT_WORKER -> "http://127.0.0.1:" + port("worker") + "/health/ready";
          case AUDIT_SERVICE -> audit() + "/health/ready";
        });
  }

  URI audit() {
    return URI.create("https://127.0.0.1:" + port("audit"));
  }

  /** A token of the first project. */
  String token() throws IOException {
    return text("secrets/demo-token");
  }

  /** What a file of the folder says. */
  String text(String file) throws IOException {
    return Files.readString(home.resolve(file)).strip();
  }

  /** As the server's superuser. */
  Connection metadata() throws IOException, SQLException {
    return connect("metadata", "penstock_metadata");
  }

  /** A project's database, as the server's superuser. */
  Connection warehouse(String database) throws IOException, SQLException {
    return connect("warehouse", database);
  }

  private Connection connect(String server, String database) throws IOException, SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port(server), database),
        "postgres",
        text(server + "/postgres.password"));
  }
}
