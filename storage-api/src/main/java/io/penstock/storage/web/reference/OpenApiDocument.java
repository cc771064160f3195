package io.penstock.storage.web.reference;

import io.penstock.storage.web.Allow;
import io.penstock.storage.web.JsonFields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * The routes of the Storage API, and of the audit trail beside it, as an OpenAPI 3.1 document. What
 * the router does not serve is not in it.
 *
 * @see <a href="https://spec.openapis.org/oas/v3.1.1.html">OpenAPI 3.1.1</a>
 */
@Component
class OpenApiDocument {
  private static final String PREFIX = "/v2/storage";
  private static final String AUDIT = "/v2/audit/";
  private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");
  private static final Map<Integer, String> REFUSALS =
      new TreeMap<>(
          Map.of(
              400, "What was sent is wrong; the text says what to change",
              401, "No token, or one that is not valid",
              403, "The token may not do this",
              404, "There is no such thing in the token's project",
              429, "Too many calls; try again after Retry-After seconds",
              501, "Not supported by this installation",
              503, "Out of order for the moment; try again after Retry-After seconds"));

  private final RequestMappingHandlerMapping router;
  private final ReferenceTexts texts = ReferenceTexts.read();

  OpenApiDocument(@Lazy RequestMappingHandlerMapping requestMappingHandlerMapping) {
    this.router = requestMappingHandlerMapping;
  }

  /** A route that is served. */
  record Route(String method, String path, Allow.Right right, @Nullable ReferenceEntry said) {}

  /** All routes under the prefixes, in the order of the reference, unknown ones last. */
  List<Route> routes() {
    Map<String, ReferenceEntry> said =
        texts.entries().stream()
            .collect(Collectors.toMap(ReferenceEntry::key, Function.identity()));
    List<String> order = texts.entries().stream().map(ReferenceEntry::key).toList();
    List<Route> routes = new ArrayList<>();
    router
        .getHandlerMethods()
        .forEach(
            (info, handler) -> {
              Allow allow = handler.getMethodAnnotation(Allow.class);
              if (allow != null) {
                served(info, allow.value(), said, routes);
              }
            });
    routes.sort(
        java.util.Comparator.comparingInt(
                (Route route) -> {
                  int place = order.indexOf(ReferenceEntry.keyOf(route.method(), route.path()));
                  return place < 0 ? Integer.MAX_VALUE : place;
                })
            .thenComparing(Route::path));
    return routes;
  }

  private static void served(
      RequestMappingInfo info,
      Allow.Right right,
      Map<String, ReferenceEntry> said,
      List<Route> routes) {
    for (String pattern : info.getPatternValues()) {
      String path = path(pattern);
      if (path != null) {
        for (RequestMethod method : info.getMethodsCondition().getMethods()) {
          routes.add(
              new Route(
                  method.name(), path, right, said.get(ReferenceEntry.keyOf(method.name(), path))));
        }
      }
    }
  }

  /** What a route is called in the reference; null for those that are not in it. */
  private static @Nullable String path(String pattern) {
    if (pattern.startsWith(AUDIT)) {
      return pattern.replace("{*", "{");
    }
    if (!pattern.startsWith(PREFIX)) {
      return null;
    }
    return pattern.equals(PREFIX) ? "/" : pattern.substring(PREFIX.length());
  }

  /** Entries of the reference that no route serves. */
  List<String> withoutRoute() {
    Set<String> served =
        routes().stream()
            .map(route -> ReferenceEntry.keyOf(route.method(), route.path()))
            .collect(Collectors.toSet());
    return texts.entries().stream()
        .filter(entry -> !served.contains(entry.key()))
        .map(entry -> entry.method() + " " + entry.path())
        .toList();
  }

  /**
   * @param baseUrl the address by which the caller came
   */
  Map<String, Object> json(String baseUrl) {
    Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
    for (Route route : routes()) {
      String path = route.said() == null ? route.path() : route.said().path();
      paths
          .computeIfAbsent(path, _ -> new LinkedHashMap<>())
          .put(route.method().toLowerCase(java.util.Locale.ROOT), operation(route, path, baseUrl));
    }
    return new JsonFields()
        .put("openapi", "3.1.1")
        .put("info", Map.of("title", "Penstock Storage API", "version", "v2"))
        .put("servers", List.of(Map.of("url", baseUrl + PREFIX)))
        .put("paths", paths)
        .put(
            "components",
            new JsonFields()
                .put("schemas", texts.schemas())
                .put(
                    "securitySchemes",
                    Map.of(
                        "token",
                        Map.of("type", "apiKey", "in", "header", "name", "X-StorageApi-Token")))
                .map())
        .map();
  }

  /** A path outside of the Storage API is written in full, and names its server. */
  private static Map<String, Object> operation(Route route, String path, String baseUrl) {
    ReferenceEntry said = route.said();
    JsonFields operation =
        new JsonFields()
            .put("operationId", (route.method() + path).replaceAll("[^A-Za-z0-9]+", "_"))
            .put("tags", List.of(said == null ? "Other" : said.tag()))
            .put("summary", said == null ? route.method() + " " + path : said.summary())
            .put("parameters", parameters(said, path))
            .putIf(path.startsWith(AUDIT), "servers", List.of(Map.of("url", baseUrl)))
            .putIf(
                route.right() != Allow.Right.EVERYBODY,
                "security",
                List.of(Map.of("token", List.of())));
    if (said != null && !said.body().isEmpty()) {
      operation.put("requestBody", body(said));
    }
    return operation.put("responses", answers(said)).map();
  }

  private static List<Object> parameters(@Nullable ReferenceEntry said, String path) {
    List<Object> parameters = new ArrayList<>();
    Matcher variables = VARIABLE.matcher(path);
    while (variables.find()) {
      parameters.add(
          Map.of(
              "name",
              variables.group(1),
              "in",
              "path",
              "required",
              true,
              "schema",
              Map.of("type", "string", "minLength", 1)));
    }
    if (said != null) {
      said.query().forEach((name, text) -> parameters.add(queryParameter(name, text)));
    }
    return parameters;
  }

  private static Map<String, Object> queryParameter(String name, String text) {
    ShortType type = ShortType.of(text);
    JsonFields parameter =
        new JsonFields()
            .put("name", name)
            .put("in", "query")
            .put("required", type.required())
            .put("schema", type.schema())
            .putIf(!type.description().isEmpty(), "description", type.description());
    if ("array".equals(type.schema().get("type"))) {
      parameter.put("style", "form").put("explode", false);
    }
    return parameter.map();
  }

  private static Map<String, Object> body(ReferenceEntry said) {
    Map<String, Object> fields = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    boolean binary = false;
    for (Map.Entry<String, String> field : said.body().entrySet()) {
      ShortType type = ShortType.of(field.getValue());
      fields.put(field.getKey(), type.described());
      binary |= "binary".equals(type.schema().get("format"));
      if (type.required()) {
        required.add(field.getKey());
      }
    }
    Map<String, Object> schema =
        new JsonFields()
            .put("type", "object")
            .put("properties", fields)
            .putIf(!required.isEmpty(), "required", required)
            .map();
    String media = binary || said.multipart() ? "multipart/form-data" : "application/json";
    return new JsonFields()
        .put("required", !required.isEmpty())
        .put(
            "description",
            binary
                ? "Multipart only where a file is sent."
                : "JSON; bracketed form fields and multipart are read as well.")
        .put("content", Map.of(media, Map.of("schema", schema)))
        .map();
  }

  private static Map<String, Object> answers(@Nullable ReferenceEntry said) {
    Map<String, Object> answers = new TreeMap<>();
    if (said != null) {
      said.answers().forEach((status, what) -> answers.put(status.toString(), answer(what)));
    }
    REFUSALS.forEach(
        (status, why) ->
            answers.put(
                status.toString(),
                Map.of(
                    "description",
                    why,
                    "content",
                    content("application/json", reference("Error")))));
    return answers;
  }

  private static Map<String, Object> answer(String what) {
    if (what.equals("none")) {
      return Map.of("description", "Done; no body");
    }
    Map<String, Object> content = new LinkedHashMap<>();
    for (String one : what.split(",", -1)) {
      content.putAll(
          one.contains("/")
              ? content(one, Map.of("type", "string"))
              : content("application/json", schema(one)));
    }
    return Map.of(
        "description", what.equals("Job") ? "Accepted; poll the job" : "Done", "content", content);
  }

  private static Map<String, Object> content(String media, Map<String, Object> schema) {
    return Map.of(media, Map.of("schema", schema));
  }

  private static Map<String, Object> schema(String name) {
    if (name.endsWith("[]")) {
      return Map.of("type", "array", "items", schema(name.substring(0, name.length() - 2)));
    }
    return name.equals("any") ? Map.of() : reference(name);
  }

  private static Map<String, Object> reference(String name) {
    return Map.of("$ref", "#/components/schemas/" + name);
  }
}
