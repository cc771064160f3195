package io.penstock.storage.web.reference;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The resources in {@code reference/}. Immutable. */
record ReferenceTexts(List<ReferenceEntry> entries, Map<String, Object> schemas) {
  /** In the order of the page. */
  private static final List<String> CHAPTERS =
      List.of(
          "tokens",
          "buckets",
          "sharing",
          "tables",
          "data",
          "files",
          "jobs",
          "events",
          "audit",
          "snapshots",
          "metadata",
          "workspaces",
          "triggers",
          "utilities");

  /** What lists of events can be asked for. */
  private static final Map<String, String> EVENT_SEARCH =
      Map.ofEntries(
          Map.entry("limit", "int"),
          Map.entry("offset", "int"),
          Map.entry("sinceId", "text Newer than this event"),
          Map.entry("maxId", "text Older than this event"),
          Map.entry("since", "text Earliest time, inclusive"),
          Map.entry("until", "text Latest time, exclusive"),
          Map.entry("component", "text"),
          Map.entry("configurationId", "text"),
          Map.entry("runId", "text"),
          Map.entry("q", "text Elasticsearch query string"),
          Map.entry("sortOrder", "asc|desc"),
          Map.entry("facets", "text[] Counts the values of these; makes the answer an object"),
          Map.entry("facetValues", "int So many values of each facet"),
          Map.entry("histogram", "minute|hour|day Counts by time; makes the answer an object"));

  static ReferenceTexts read() {
    List<ReferenceEntry> entries = new ArrayList<>();
    for (String chapter : CHAPTERS) {
      Map<String, Object> read = yaml(chapter);
      String tag = String.valueOf(read.get("tag"));
      map(read.get("operations"))
          .forEach((route, said) -> entries.add(entry(tag, route, map(said))));
    }
    return new ReferenceTexts(List.copyOf(entries), yaml("schemas"));
  }

  private static ReferenceEntry entry(String tag, String route, Map<String, Object> said) {
    int space = route.indexOf(' ');
    Map<Integer, String> answers = new LinkedHashMap<>();
    map(said.get("answers"))
        .forEach((status, what) -> answers.put(Integer.valueOf(status), String.valueOf(what)));
    boolean multipart = said.containsKey("multipart");
    return new ReferenceEntry(
        route.substring(0, space),
        route.substring(space + 1),
        tag,
        String.valueOf(said.get("summary")),
        "events".equals(said.get("query")) ? EVENT_SEARCH : texts(said.get("query")),
        texts(said.get(multipart ? "multipart" : "body")),
        multipart,
        answers);
  }

  private static Map<String, String> texts(@Nullable Object map) {
    Map<String, String> texts = new LinkedHashMap<>();
    map(map).forEach((name, text) -> texts.put(name, String.valueOf(text)));
    return texts;
  }

  private static Map<String, Object> map(@Nullable Object value) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> given) {
      given.forEach((key, item) -> map.put(String.valueOf(key), item));
    }
    return map;
  }

  private static Map<String, Object> yaml(String name) {
    try (InputStream in =
        ReferenceTexts.class.getResourceAsStream("/reference/" + name + ".yaml")) {
      return map(new Yaml(new SafeConstructor(new LoaderOptions())).load(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
