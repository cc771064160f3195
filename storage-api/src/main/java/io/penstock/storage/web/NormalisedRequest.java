package io.penstock.storage.web;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The request without a trailing slash and without the branch prefix: {@code
 * /v2/storage/branch/{branch}/{rest}} is {@code /v2/storage/{rest}}. The named branch is kept in
 * {@link #BRANCH}, and checked once the project is known. A body that cannot be read is the
 * handler's to answer, see {@link ReopenedResponses}.
 */
final class NormalisedRequest extends HttpServletRequestWrapper {
  static final String BRANCH = NormalisedRequest.class.getName() + ".branch";
  private static final Pattern PREFIX =
      Pattern.compile("(/v2/storage)/branch/([^/]+)(/(?!metadata(?:/|$)).+)?");

  private final String uri;
  private @Nullable ServletInputStream body;

  NormalisedRequest(HttpServletRequest request) {
    super(request);
    String path = request.getRequestURI();
    int end = path.length();
    while (end > 1 && path.charAt(end - 1) == '/') {
      end--;
    }
    path = path.substring(0, end);
    Matcher prefixed = PREFIX.matcher(path);
    if (prefixed.matches()) {
      request.setAttribute(BRANCH, prefixed.group(2));
      path = prefixed.group(1) + Objects.requireNonNullElse(prefixed.group(3), "");
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

  @Override
  public ServletInputStream getInputStream() throws IOException {
    if (body == null) {
      body = new Body(super.getInputStream());
    }
    return body;
  }

  private final class Body extends ServletInputStream {
    private final ServletInputStream in;

    Body(ServletInputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        return in.read(target, offset, length);
      } catch (IOException e) {
        ReopenedResponses.reopenFor(getRequest());
        throw e;
      }
    }

    @Override
    public boolean isFinished() {
      return in.isFinished();
    }

    @Override
    public boolean isReady() {
      return in.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      in.setReadListener(listener);
    }
  }
}
