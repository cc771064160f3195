package io.penstock.quickstart;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** What {@code penstock admin project} can change. */
final class ProjectOptions {
  @Option(names = "--name", description = "Another name.")
  private @Nullable String name;

  @Option(
      names = "--backend-label",
      description = "What clients are told the backend is, for those that insist on one.")
  private @Nullable String backendLabel;

  @Option(
      names = "--expiration-days",
      description = "It expires so many days from now; 0: never, -1: now.")
  private @Nullable Integer expirationDays;

  @Option(
      names = "--jobs-parallelism",
      description = "How many of its jobs run at a time, 1 to 1000.")
  private @Nullable Integer jobsParallelism;

  @Option(names = "--add-feature", description = "A flag that clients look for; may be repeated.")
  private @Nullable List<String> added;

  @Option(names = "--remove-feature", description = "Takes a flag away; may be repeated.")
  private @Nullable List<String> removed;

  @Option(names = "--disable", paramLabel = "REASON", description = "Refuses all its tokens.")
  private @Nullable String disable;

  @Option(names = "--enable", description = "Takes a disabled project back into service.")
  private boolean enable;

  /** Changes what was given; returns the project as it is then. */
  JsonNode apply(ManageClient client, String path) throws IOException, InterruptedException {
    Map<String, Object> body = new LinkedHashMap<>();
    put(body, "name", name);
    put(body, "defaultBackend", backendLabel);
    put(body, "expirationDays", expirationDays);
    if (!body.isEmpty()) {
      client.put(path, body);
    }
    if (jobsParallelism != null) {
      Map<String, Object> limit =
          Map.of("name", "storage.jobsParallelism", "value", jobsParallelism);
      client.post(path + "/limits", Map.of("limits", List.of(limit)));
    }
    for (String feature : added == null ? List.<String>of() : added) {
      client.post(path + "/features", Map.of("feature", feature));
    }
    for (String feature : removed == null ? List.<String>of() : removed) {
      client.delete(path + "/features/" + segment(feature));
    }
    if (disable != null) {
      client.post(path + "/disabled", Map.of("isDisabled", true, "disableReason", disable));
    } else if (enable) {
      client.post(path + "/disabled", Map.of("isDisabled", false));
    }
    return client.get(path);
  }

  private static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static void put(Map<String, Object> body, String name, @Nullable Object value) {
    if (value != null) {
      body.put(name, value);
    }
  }
}
