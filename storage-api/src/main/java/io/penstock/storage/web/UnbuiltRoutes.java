package io.penstock.storage.web;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * What no other handler serves: a route of the contract that is not built yet is answered 501
 * (which clients do not retry), anything else 404. The list stands in {@code routes-not-built.txt};
 * a line goes away when its route is built. A path that a variable of another route would take is
 * mapped by its name. To callers without a token the known ones are not told of, but for those that
 * the list opens to everybody.
 */
@RestController
class UnbuiltRoutes {
  private static final String ANY_METHOD = "*";
  private static final String STORAGE = "/v2/storage/";

  private record Route(String method, Pattern path, boolean forEverybody) {}

  private final List<Route> routes = read();

  @Allow(Allow.Right.EVERYBODY)
  @RequestMapping({"/**", "/v2/storage/buckets/register-guide"})
  Object any(HttpServletRequest request) {
    String uri = request.getRequestURI();
    String path = uri.startsWith(STORAGE) ? uri.substring(STORAGE.length()) : uri;
    Route known =
        routes.stream()
            .filter(
                route ->
                    List.of(ANY_METHOD, request.getMethod()).contains(route.method())
                        && route.path().matcher(path).matches())
            .findFirst()
            .orElseThrow(
                () ->
                    new PlatformException(
                        ErrorCode.ROUTE_NOT_FOUND,
                        "resource not found: there is no "
                            + request.getMethod()
                            + " for this path"));
    if (!known.forEverybody()) {
      Caller ignored = Call.current().caller(); // throws without a token
    }
    throw new PlatformException(ErrorCode.NOT_IMPLEMENTED, "This endpoint is not implemented");
  }

  private static List<Route> read() {
    try (InputStream in =
        Objects.requireNonNull(UnbuiltRoutes.class.getResourceAsStream("/routes-not-built.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(UnbuiltRoutes::route)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Route route(String line) {
    List<String> words = List.of(line.trim().split(" +"));
    String path = words.get(1);
    String regex =
        Pattern.compile("\\{[^}]+}|[^{]+")
            .matcher(path)
            .replaceAll(
                part ->
                    java.util.regex.Matcher.quoteReplacement(
                        part.group().startsWith("{") ? "[^/]+" : Pattern.quote(part.group())));
    return new Route(words.getFirst(), Pattern.compile(regex), words.contains("EVERYBODY"));
  }
}
