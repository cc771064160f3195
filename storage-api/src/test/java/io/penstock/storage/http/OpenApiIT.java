package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.storage.http.Client.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/** The OpenAPI document, the router and the contract say the same. */
class OpenApiIT {
  private static final Gateway GATEWAY = Gateway.get();
  private static final Pattern VARIABLE = Pattern.compile("\\{[^}]+}");
  private static final JsonNode DOCUMENT = GATEWAY.master().with("").get("openapi.json").json(200);

  @Test
  void documentIsForEverybodyAndNamesTheAddressOfTheInstallation() {
    assertThat(DOCUMENT.path("openapi").asString()).startsWith("3.1");
    assertThat(DOCUMENT.path("servers").path(0).path("url").asString())
        .isEqualTo("https://storage.test/v2/storage");
  }

  @Test
  void everyRouteIsDescribedAndEverythingDescribedIsServed() {
    assertThat(described()).isEqualTo(served());
    assertThat(texts("summary")).doesNotContain("");
    assertThat(tags()).as("routes without words of their own").doesNotContain("Other");
  }

  @Test
  void whatIsToldToBeNotBuiltIsNotServedAndStandsOnce() throws IOException {
    List<String> notBuilt =
        lines("/routes-not-built.txt").stream()
            .map(line -> line.split(" "))
            .map(words -> key(words[0], "/" + words[1]))
            .toList();

    assertThat(notBuilt).isNotEmpty().doesNotHaveDuplicates().doesNotContainAnyElementsOf(served());
  }

  /** No variable of another route takes one of them. */
  @Test
  void whatIsToldToBeNotBuiltIsAnsweredSo() throws IOException {
    for (String line : lines("/routes-not-built.txt")) {
      String[] words = line.replaceAll("\\{[^}]*}", "1").split(" ", -1);
      List<String> methods =
          words[0].equals("*") ? List.of("GET", "POST", "PUT", "DELETE") : List.of(words[0]);
      for (String method : methods) {
        GATEWAY.master().call(method, words[1], Map.of()).assertRefused(501, "notImplemented");
      }
    }
  }

  private static Set<String> served() {
    TreeSet<String> served = new TreeSet<>();
    GATEWAY
        .context
        .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
        .getHandlerMethods()
        .keySet()
        .forEach(
            info -> {
              for (String pattern : info.getPatternValues()) {
                if (pattern.startsWith("/v2/")) {
                  for (RequestMethod method : info.getMethodsCondition().getMethods()) {
                    served.add(key(method.name(), pattern.replaceFirst("^/v2/storage", "")));
                  }
                }
              }
            });
    return served;
  }

  @Test
  void noEndpointOfTheContractIsMissing() throws IOException {
    Set<String> described = described();
    List<String> missing = new ArrayList<>();
    List<String> servedAfterAll = new ArrayList<>();
    for (String line : contract()) {
      String[] words = line.split(" ", -1);
      String path = words.length < 3 || words[2].isEmpty() ? "" : "/" + words[2];
      path =
          path.endsWith("/metadata") || path.contains("/metadata/")
              ? path
              : path.replace("/branch/{b}/", "/");
      boolean there = described.contains(key(words[1], path));
      boolean excused = line.contains(" ! ");
      if (!there && !excused) {
        missing.add(line);
      }
      if (there && excused) {
        servedAfterAll.add(line);
      }
    }

    assertThat(missing).isEmpty();
    assertThat(servedAfterAll).isEmpty();
  }

  @Test
  void whatIsNotServedOnPurposeIsAnsweredAtOnceInTheEnvelope() throws IOException {
    Client master = GATEWAY.master();
    for (String line : contract()) {
      String[] words = line.split(" ", -1);
      if (line.contains(" ! ")) {
        String path = VARIABLE.matcher(words[2]).replaceAll("1").replace("branch/1/", "");
        Answer answer = words[1].equals("GET") ? master.get(path) : master.post(path, Map.of());
        if (!words[1].equals("DELETE") && !words[2].startsWith("tokens/")) {
          answer.assertRefused(501, "notImplemented");
        }
      }
    }
  }

  @Test
  void everyReferenceInTheDocumentLeadsToASchema() {
    for (JsonNode reference : DOCUMENT.findValues("$ref")) {
      String pointer = reference.asString().substring(1);
      assertThat(DOCUMENT.at(pointer).isMissingNode()).as(pointer).isFalse();
    }
  }

  @Test
  void pageShowsEveryRoute() {
    Answer page = GATEWAY.master().page("/docs");

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.response().headers().firstValue("Content-Security-Policy"))
        .hasValueSatisfying(policy -> assertThat(policy).contains("default-src 'none'"));
    DOCUMENT
        .path("paths")
        .properties()
        .forEach(path -> assertThat(page.body()).contains(path.getKey()));
  }

  private static Set<String> described() {
    TreeSet<String> described = new TreeSet<>();
    DOCUMENT
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method ->
                            described.add(
                                key(
                                    method.getKey(),
                                    path.getKey().equals("/") ? "" : path.getKey()))));
    return described;
  }

  private static List<String> tags() {
    return DOCUMENT.findValues("tags").stream().map(tags -> tags.path(0).asString()).toList();
  }

  private static List<String> texts(String field) {
    return DOCUMENT.findValues(field).stream().map(JsonNode::asString).toList();
  }

  private static String key(String method, String path) {
    return method.toUpperCase(java.util.Locale.ROOT)
        + " "
        + VARIABLE.matcher(path).replaceAll("{}");
  }

  private static List<String> contract() throws IOException {
    return lines("/contract-endpoints.txt");
  }

  private static List<String> lines(String resource) throws IOException {
    try (InputStream in = Objects.requireNonNull(OpenApiIT.class.getResourceAsStream(resource))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
  }
}
