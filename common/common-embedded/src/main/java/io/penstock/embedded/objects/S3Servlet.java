package io.penstock.embedded.objects;

import com.google.common.base.Throwables;
import io.penstock.aws.form.MalformedFormException;
import io.penstock.aws.local.LocalGrant;
import io.penstock.aws.local.LocalGrants;
import io.penstock.model.Secret;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * The store's door: finds out who asks, and hands the request to S3Proxy together with the store as
 * this caller may see it.
 */
final class S3Servlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(S3Servlet.class);

  /** All that a guest may say about a bucket: how to list it. */
  private static final Set<String> LIST_PARAMETERS =
      Set.of(
          "list-type",
          "prefix",
          "delimiter",
          "max-keys",
          "marker",
          "continuation-token",
          "start-after",
          "encoding-type",
          "fetch-owner",
          "x-id");

  private final transient ObjectFiles files;
  private final transient Uploads uploads;
  private final transient Map<String, ServiceKey> serviceKeys;
  private final transient @Nullable LocalGrants grants;
  private final transient Clock clock;
  private final transient S3Protocol protocol;

  S3Servlet(
      ObjectFiles files,
      Uploads uploads,
      Map<String, ServiceKey> serviceKeys,
      @Nullable LocalGrants grants,
      Clock clock) {
    this.files = files;
    this.uploads = uploads;
    this.serviceKeys = Map.copyOf(serviceKeys);
    this.grants = grants;
    this.clock = clock;
    this.protocol = new S3Protocol(store(new Caller.Nobody()));
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (CrossOrigin.answered(request, response)) {
      return;
    }
    try {
      handle(S3Request.of(request), response);
    } catch (IOException | RuntimeException e) {
      answer(request, response, e);
    }
  }

  private void handle(S3Request request, HttpServletResponse response) throws IOException {
    if (isForm(request)) {
      takeForm(request, response);
      return;
    }
    SignatureCheck check = SignatureCheck.of(request);
    Caller caller = callerOf(check.accessKeyId(), check.sessionToken());
    InputStream body = check.verify(secretOf(caller), clock, request.getInputStream());
    if (caller instanceof Caller.Guest && request.isAboutBucket() && !isListing(request)) {
      throw GuardedBlobStore.denied();
    }
    if (request.parameterNames().contains("tagging") && !request.isAboutBucket()) {
      tag(request, response, body, store(caller));
      return;
    }
    // Decoded and verified: from here on the body is just bytes.
    var hidden = new HashSet<>(Set.of("x-amz-content-sha256", "x-amz-trailer"));
    WriteCondition condition =
        isWrite(request)
            ? WriteCondition.of(request.getHeader("If-Match"), request.getHeader("If-None-Match"))
            : WriteCondition.ALWAYS;
    switch (condition) {
      case WriteCondition.Always _ -> {}
      case WriteCondition.Absent _ -> hidden.add("if-none-match");
      case WriteCondition.Matching _ -> hidden.add("if-match");
    }
    protocol.handle(request.without(hidden), response, body, store(caller, condition));
  }

  /** Only holders of temporary credentials may post forms: services have no use for them. */
  private void takeForm(S3Request request, HttpServletResponse response) throws IOException {
    FormUpload form = FormUpload.read(request);
    Caller caller = callerOf(form.accessKeyId(), form.sessionToken());
    InputStream file = form.verify(secretOf(caller), clock.instant());
    ObjectIndex made = store(caller).putForm(form.bucket(), form.key(), form.attributes(), file);
    response.setHeader("ETag", '"' + made.etag() + '"');
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
  }

  private static void tag(
      S3Request request, HttpServletResponse response, InputStream body, GuardedBlobStore store)
      throws IOException {
    String[] path = request.getRequestURI().split("/", 3);
    String key = URLDecoder.decode(path[2], StandardCharsets.UTF_8);
    switch (request.getMethod()) {
      case "PUT" -> store.tag(path[1], key, TagSet.read(body));
      case "GET" -> {
        Map<String, String> tags = store.tags(path[1], key);
        response.setContentType("application/xml");
        TagSet.write(tags, response.getOutputStream());
      }
      default -> throw new S3ProxyException(S3ErrorCode.NOT_IMPLEMENTED);
    }
  }

  /** A browser's form: its signature is inside the body. */
  private static boolean isForm(S3Request request) {
    String type = request.getContentType();
    return request.getMethod().equals("POST")
        && request.isAboutBucket()
        && request.getHeader("Authorization") == null
        && request.parameterNames().isEmpty()
        && type != null
        && type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
  }

  private static boolean isWrite(S3Request request) {
    return request.getMethod().equals("PUT") || request.getMethod().equals("POST");
  }

  private static boolean isListing(S3Request request) {
    return request.getMethod().equals("GET")
        && !request.getRequestURI().equals("/")
        && request.parameterNames().stream()
            .allMatch(name -> LIST_PARAMETERS.contains(name) || name.startsWith("X-Amz-"));
  }

  private Caller callerOf(String accessKeyId, @Nullable String token) {
    ServiceKey service = serviceKeys.get(accessKeyId);
    if (service != null && token == null) {
      return new Caller.Service(service);
    }
    if (service != null || token == null || grants == null) {
      throw GuardedBlobStore.denied();
    }
    LocalGrant grant =
        grants
            .open(token)
            .filter(found -> found.accessKeyId().equals(accessKeyId))
            .filter(found -> clock.instant().isBefore(found.expiration()))
            .orElseThrow(GuardedBlobStore::denied);
    return new Caller.Guest(grant);
  }

  private Secret secretOf(Caller caller) {
    return switch (caller) {
      case Caller.Service(ServiceKey key) -> key.secret();
      case Caller.Guest(LocalGrant grant) when grants != null ->
          grants.secretOf(grant.accessKeyId());
      case Caller.Guest _, Caller.Nobody _ -> throw GuardedBlobStore.denied();
    };
  }

  private GuardedBlobStore store(Caller caller) {
    return store(caller, WriteCondition.ALWAYS);
  }

  private GuardedBlobStore store(Caller caller, WriteCondition condition) {
    return new GuardedBlobStore(files, uploads, caller, condition);
  }

  /**
   * Answers a failure as S3 does; one after the answer's beginning breaks the connection off, so
   * that it is seen.
   */
  private void answer(HttpServletRequest request, HttpServletResponse response, Exception failure)
      throws IOException {
    if (response.isCommitted()) {
      LOG.debug("An answer was broken off", failure);
      throw new IOException("The answer was broken off", failure);
    }
    response.resetBuffer();
    for (Throwable cause : Throwables.getCausalChain(failure)) {
      if (cause instanceof AwsServiceException refusal) {
        protocol.refuse(request, response, refusal);
        return;
      }
    }
    if (failure instanceof IllegalArgumentException || failure instanceof MalformedFormException) {
      protocol.refuse(
          request, response, new S3ProxyException(S3ErrorCode.INVALID_ARGUMENT, failure));
    } else if (failure instanceof UnsupportedOperationException) {
      protocol.refuse(
          request, response, new S3ProxyException(S3ErrorCode.NOT_IMPLEMENTED, failure));
    } else {
      LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), failure);
      protocol.refuse(
          request,
          response,
          new S3ProxyException(
              S3ErrorCode.INTERNAL_ERROR, "We encountered an internal error. Please try again."));
    }
  }
}
