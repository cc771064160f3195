package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.storage.http.Client.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The authorisation matrix of the contract's chapter 2.2: every route that the router serves, with
 * every kind of token. Refused calls change nothing; allowed ones get past the question of rights,
 * whatever else is wrong with them.
 */
class AuthorisationIT {
  private static final Gateway GATEWAY = Gateway.get();
  private static final StandInProvisioner PROVISIONER = new StandInProvisioner(GATEWAY.worker());
  private static final List<Integer> ANSWERED = List.of(200, 201, 202, 204, 400, 404, 422, 501);
  private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");

  /** Rights in ascending order; {@code MEMBER} is any token, but of the project only. */
  private enum Right {
    EVERYBODY,
    ANY,
    MEMBER,
    READ,
    WRITE,
    MANAGE,
    MASTER,
    NOBODY;

    /** The matrix' word of a client is its right; a token without any is still of the project. */
    static Right ofClient(String kind) {
      return kind.equals("ANY") ? MEMBER : valueOf(kind);
    }
  }

  /** A line of the matrix. */
  private record Route(String method, String path, Right right) {
    boolean isAboutSomething() {
      return path.contains("{");
    }

    String key() {
      return method + " " + VARIABLE.matcher(path).replaceAll("{}");
    }
  }

  @AfterAll
  static void stop() {
    PROVISIONER.close();
  }

  @Test
  void everyRouteHasAnEntryAndEveryEntryARoute() throws IOException {
    TreeSet<String> entries = new TreeSet<>();
    matrix().forEach(route -> entries.add(route.key()));

    assertThat(entries).isEqualTo(served());
  }

  private static Set<String> served() {
    TreeSet<String> served = new TreeSet<>();
    GATEWAY
        .master()
        .get("openapi.json")
        .json(200)
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method ->
                            served.add(
                                method.getKey().toUpperCase(Locale.ROOT)
                                    + " "
                                    + VARIABLE.matcher(path.getKey()).replaceAll("{}"))));
    return served;
  }

  @TestFactory
  Stream<DynamicTest> whoMayCallWhat() throws IOException {
    MatrixWorld[] world = {MatrixWorld.of(GATEWAY)};
    Set<String> served = served();
    return matrix().stream()
        .filter(route -> served.contains(route.key()))
        .map(
            route ->
                DynamicTest.dynamicTest(
                    route.method() + " " + route.path(),
                    () -> {
                      refusals(world[0], route);
                      if (permissions(world[0], route)) {
                        world[0] = MatrixWorld.of(GATEWAY);
                      }
                    }));
  }

  private static void refusals(MatrixWorld world, Route route) {
    Map<String, Client> refused = new LinkedHashMap<>();
    if (route.right() != Right.EVERYBODY) {
      refused.put("no token", world.master().with(""));
    }
    world.badTokens().forEach((kind, token) -> refused.put(kind, world.master().with(token)));
    if (route.isAboutSomething()
        && route.right().compareTo(Right.MEMBER) >= 0
        && !route.path().startsWith("/v2/audit/log/")) { // of the organisation, not the project
      refused.put("other project's", world.stranger());
    }
    world
        .ofRights()
        .forEach(
            (kind, client) -> {
              if (Right.ofClient(kind).compareTo(route.right()) < 0) {
                refused.put(kind, client);
              }
            });
    String before = world.everything();
    refused.forEach(
        (kind, client) -> {
          Answer answer = call(client, route, world);
          boolean unknown = world.badTokens().containsKey(kind) || kind.equals("no token");
          assertThat(answer.status())
              .as("%s by %s: %s", route, kind, answer.body())
              .isIn(unknown ? List.of(401) : List.of(403, 404));
          if (!kind.equals("other project's") && !unknown) {
            assertThat(answer.status())
                .as("%s by %s: %s", route, kind, answer.body())
                .isEqualTo(403);
          }
        });
    assertThat(world.everything())
        .as("%s: a refused call changed something", route)
        .isEqualTo(before);
  }

  private static boolean permissions(MatrixWorld world, Route route) {
    boolean changed = false;
    for (Map.Entry<String, Client> one : world.ofRights().entrySet()) {
      if (!changed && Right.ofClient(one.getKey()).compareTo(route.right()) >= 0) {
        Answer answer = call(one.getValue(), route, world);
        assertThat(answer.status())
            .as("%s by %s: %s", route, one.getKey(), answer.body())
            .isNotIn(401, 403);
        assertThat(answer.status() == 202)
            .as("%s by %s: 202 and a job go together: %s", route, one.getKey(), answer.body())
            .isEqualTo(isJob(answer) && !route.path().startsWith("/jobs"));
        if (!route.path().matches("/tables/.*/(data-preview|export)")) { // there is no warehouse
          assertThat(answer.status()).as("%s by %s", route, one.getKey()).isIn(ANSWERED);
        }
        changed = !route.method().equals("GET") && answer.status() < 300;
      }
    }
    return changed;
  }

  private static boolean isJob(Answer answer) {
    return answer.body().startsWith("{\"id\":") && answer.body().contains("\"operationName\":");
  }

  private static Answer call(Client client, Route route, MatrixWorld world) {
    Matcher variable = VARIABLE.matcher(route.path().substring(1));
    String path =
        variable.replaceAll(
            found -> Matcher.quoteReplacement(world.sample(route.path(), found.group(1))));
    return client.call(route.method(), path, Map.of());
  }

  private static List<Route> matrix() throws IOException {
    List<Route> routes = new ArrayList<>();
    try (InputStream in =
        Objects.requireNonNull(
            AuthorisationIT.class.getResourceAsStream("/authorisation-matrix.txt"))) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (!line.startsWith("#")) {
          String[] words = line.split(" ", -1);
          routes.add(
              new Route(words[0], words[1], Right.valueOf(words[2].toUpperCase(Locale.ROOT))));
        }
      }
    }
    return routes;
  }
}
