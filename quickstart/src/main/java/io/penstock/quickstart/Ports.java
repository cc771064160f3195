package io.penstock.quickstart;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Where the parts listen, all on 127.0.0.1. Chosen once and kept in {@code ports.properties}, so
 * that addresses stay the same over restarts.
 */
record Ports(
    int https, int http, int s3, int sqs, int metadata, int warehouse, int audit, int worker) {
  private static final String FILE = "ports.properties";

  /** The usual ports. */
  static final Ports USUAL = new Ports(8443, 8080, 9000, 9324, 15432, 15433, 8444, 8445);

  /** Eight ports in a row. */
  static Ports from(int base) {
    return new Ports(base, base + 1, base + 2, base + 3, base + 4, base + 5, base + 6, base + 7);
  }

  Map<String, Integer> byName() {
    Map<String, Integer> named = new TreeMap<>();
    named.put("https", https);
    named.put("http", http);
    named.put("s3", s3);
    named.put("sqs", sqs);
    named.put("metadata", metadata);
    named.put("warehouse", warehouse);
    named.put("audit", audit);
    named.put("worker", worker);
    return named;
  }

  private static Ports named(Map<String, Integer> ports) {
    return new Ports(
        port(ports, "https"),
        port(ports, "http"),
        port(ports, "s3"),
        port(ports, "sqs"),
        port(ports, "metadata"),
        port(ports, "warehouse"),
        port(ports, "audit"),
        port(ports, "worker"));
  }

  private static int port(Map<String, Integer> ports, String name) {
    Integer port = ports.get(name);
    if (port == null || port < 1 || port > 65535) {
      throw new IllegalArgumentException("The port \"%s\" must be from 1 to 65535".formatted(name));
    }
    return port;
  }

  /** These ports with some replaced, by name. */
  Ports with(Map<String, Integer> replaced) {
    Map<String, Integer> all = byName();
    replaced.forEach(
        (name, port) -> {
          if (!all.containsKey(name)) {
            throw new IllegalArgumentException(
                "There is no port \"%s\"; there are %s".formatted(name, all.keySet()));
          }
          all.put(name, port);
        });
    return named(all);
  }

  /** What was chosen before, else the usual ports. */
  static Ports load(Home home) throws IOException {
    Path file = home.file(FILE);
    Properties stored = new Properties();
    stored.load(new StringReader(home.read(file).orElse("")));
    Map<String, Integer> ports = new TreeMap<>();
    for (String name : stored.stringPropertyNames()) {
      ports.put(name, Integer.parseInt(stored.getProperty(name).strip()));
    }
    return USUAL.with(ports);
  }

  void save(Home home) throws IOException {
    StringBuilder text =
        new StringBuilder(
            "# Where the parts listen on 127.0.0.1. Change it while the platform is down.\n");
    byName().forEach((name, port) -> text.append(name).append('=').append(port).append('\n'));
    home.write(home.file(FILE), text.toString());
  }
}
