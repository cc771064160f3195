package io.penstock.storage.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The request without a trailing slash and without the branch prefix: {@code
 * /v2/storage/branch/{branch}/{rest}} is {@code /v2/storage/{rest}}. The named branch is kept in
 * {@link #BRANCH}, and checked once the project is known.
 */
final class NormalisedRequest extends HttpServletRequestWrapper {
  static final String BRANCH = NormalisedRequest.class.getName() + ".branch";
  private static final Pattern PREFIX =
      Pattern.compile("(/v2/storage)/branch/([^/]+)(/(?!metadata(?:/|$)).+)");

  private final String uri;

  NormalisedRequest(HttpServletRequest request) {
    super(request);
    String path = request.getRequestURI();
    while (path.length() > 1 && path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    Matcher prefixed = PREFIX.matcher(path);
    if (prefixed.matches()) {
      request.setAttribute(BRANCH, prefixed.group(2));
      path = prefixed.group(1) + prefixed.group(3);
    }
    this.uri = path;
  }

  @Override
  public String getRequestURI() {
    return uri;
  }

  @Override
  public String getServletPath() {
    return uri;
  }

  @Override
  public @Nullable String getPathInfo() {
    return null;
  }

  @Override
  public StringBuffer getRequestURL() {
    HttpServletRequest wrapped = (HttpServletRequest) getRequest();
    return new StringBuffer(wrapped.getScheme() + "://" + wrapped.getServerName() + uri);
  }
}
