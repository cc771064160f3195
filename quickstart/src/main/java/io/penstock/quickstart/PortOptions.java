package io.penstock.quickstart;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the commands that start the platform. */
final class PortOptions {
  @Option(
      names = "--port",
      paramLabel = "NAME=NUMBER",
      description =
          "Another port for one part: https, http, s3, sqs, metadata, warehouse, audit or worker. It is remembered.")
  private Map<String, Integer> replaced = new LinkedHashMap<>();

  @Option(
      names = "--port-base",
      paramLabel = "NUMBER",
      description = "Eight ports in a row from this one. They are remembered.")
  private @Nullable Integer base;

  @Option(
      names = "--without",
      split = ",",
      paramLabel = "SERVICE",
      description =
          "Services that you start yourself, with their settings in $$PENSTOCK_HOME/config (for tests and benchmarks).")
  private List<String> without = List.of();

  Ports ports(Home home) throws IOException {
    Ports remembered = base == null ? Ports.load(home) : Ports.from(base);
    Ports chosen = remembered.with(replaced);
    chosen.save(home);
    return chosen;
  }

  Set<Service> left() {
    return without.stream().map(Service::named).collect(Collectors.toUnmodifiableSet());
  }

  List<String> forChild() {
    return without.isEmpty() ? List.of() : List.of("--without", String.join(",", without));
  }
}
