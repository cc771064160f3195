package io.penstock.embedded.objects;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request as S3 reads it: parameters come from the query only (a servlet container would take a
 * body for a form when its content type says so), and some headers can be hidden.
 */
final class S3Request extends HttpServletRequestWrapper {
  private final Map<String, List<String>> parameters;
  private final Set<String> hidden;

  private S3Request(
      HttpServletRequest request, Map<String, List<String>> parameters, Set<String> hidden) {
    super(request);
    this.parameters = parameters;
    this.hidden = hidden;
  }

  static S3Request of(HttpServletRequest request) {
    return new S3Request(request, parse(request.getQueryString()), Set.of());
  }

  /** The same request without these headers, named in lower case. */
  S3Request without(Set<String> headers) {
    return new S3Request((HttpServletRequest) getRequest(), parameters, Set.copyOf(headers));
  }

  private static Map<String, List<String>> parse(@Nullable String query) {
    var parsed = new LinkedHashMap<String, List<String>>();
    if (query == null || query.isEmpty()) {
      return parsed;
    }
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      // The first of several counts, for the signature as for what is done.
      parsed.putIfAbsent(name, List.of(value));
    }
    return parsed;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  @Override
  public @Nullable String getParameter(String name) {
    List<String> values = parameters.get(name);
    return values == null ? null : values.getFirst();
  }

  @Override
  public Enumeration<String> getParameterNames() {
    return Collections.enumeration(parameters.keySet());
  }

  @Override
  public String @Nullable [] getParameterValues(String name) {
    List<String> values = parameters.get(name);
    return values == null ? null : values.toArray(String[]::new);
  }

  @Override
  public Map<String, String[]> getParameterMap() {
    var map = new LinkedHashMap<String, String[]>();
    parameters.forEach((name, values) -> map.put(name, values.toArray(String[]::new)));
    return map;
  }

  @Override
  public @Nullable String getHeader(String name) {
    return isHidden(name) ? null : super.getHeader(name);
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    return isHidden(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
  }

  @Override
  public Enumeration<String> getHeaderNames() {
    return Collections.enumeration(
        Collections.list(super.getHeaderNames()).stream().filter(name -> !isHidden(name)).toList());
  }

  @Override
  public long getDateHeader(String name) {
    return isHidden(name) ? -1 : super.getDateHeader(name);
  }

  /** Whether it names a bucket, or nothing, but no object. */
  boolean isAboutBucket() {
    String[] path = getRequestURI().split("/", 3);
    return path.length < 3 || path[2].isEmpty();
  }

  Set<String> parameterNames() {
    return parameters.keySet();
  }

  private boolean isHidden(String name) {
    return hidden.contains(name.toLowerCase(Locale.ROOT));
  }
}
