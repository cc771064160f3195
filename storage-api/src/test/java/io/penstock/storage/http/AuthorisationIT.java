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
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
  private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");

  /** Rights in ascending order; {@code MEMBER} is any token, but of the project only. */
  private enum Right {
    EVERYBODY,
    ANY,
    MEMBER,
    READ,
    WRITE,
    MANAGE,
    MASTER
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

  @Test
  void everyRouteHasAnEntryAndEveryEntryARoute() throws IOException {
    TreeSet<String> entries = new TreeSet<>();
    matrix().forEach(route -> entries.add(route.key()));

    assertThat(entries).isEqualTo(served());
  }

  private static TreeSet<String> served() {
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
    TreeSet<String> served = served();
    return matrix().stream()
        .filter(route -> served.contains(route.key()))
        .map(
            route ->
                DynamicTest.dynamicTest(
                    route.method() + " " + route.path(),
                    () -> {
                      if (refusals(world[0], route) | permissions(world[0], route)) {
                        world[0] = MatrixWorld.of(GATEWAY);
                      }
                    }));
  }

  private static boolean refusals(MatrixWorld world, Route route) {
    Map<String, Client> refused = new LinkedHashMap<>();
    if (route.right() != Right.EVERYBODY) {
      refused.put("no token", world.master().with(""));
    }
    world.badTokens().forEach((kind, token) -> refused.put(kind, world.master().with(token)));
    if (route.isAboutSomething() && route.right().compareTo(Right.MEMBER) >= 0) {
      refused.put("other project's", world.stranger());
    }
    world
        .ofRights()
        .forEach(
            (kind, client) -> {
              if (Right.valueOf(kind).compareTo(route.right()) < 0) {
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
    return false;
  }

  private static boolean permissions(MatrixWorld world, Route route) {
    boolean changed = false;
    for (Map.Entry<String, Client> one : world.ofRights().entrySet()) {
      if (!changed && Right.valueOf(one.getKey()).compareTo(route.right()) >= 0) {
        Answer answer = call(one.getValue(), route, world);
        assertThat(answer.status())
            .as("%s by %s: %s", route, one.getKey(), answer.body())
            .isNotIn(401, 403)
            .isLessThan(route.method().equals("POST") ? 502 : 500);
        changed = !route.method().equals("GET") && answer.status() < 300;
      }
    }
    return changed;
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
          String[] words = line.split(" ");
          routes.add(
              new Route(words[0], words[1], Right.valueOf(words[2].toUpperCase(Locale.ROOT))));
        }
      }
    }
    return routes;
  }
}
