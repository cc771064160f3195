package io.penstock.uploader;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import tools.jackson.databind.JsonNode;

/**
 * Uploads CSV files into tables and reads tables back. Immutable and safe to share between threads;
 * close it when done.
 *
 * <p>Every method that talks to the server throws
 *
 * <ul>
 *   <li>{@link UploadRefusedException} when the server said no: it will say so again;
 *   <li>{@link UploadGaveUpException} when the server or the network failed until the retry limit;
 *   <li>{@link ReceiptMismatchException} when the server loaded something else than was sent;
 *   <li>{@link IllegalArgumentException} when the input or the configuration is wrong;
 *   <li>{@link InterruptedException} when the calling thread was interrupted.
 * </ul>
 *
 * <pre>{@code
 * try (var client = UploaderClient.builder(URI.create("https://storage.example.org")).token(token).build()) {
 *   UploadResult result = client.upload(Path.of("users.csv"), UploadRequest.into("in.c-main.users"));
 * }
 * }</pre>
 */
public final class UploaderClient implements AutoCloseable {
  private final HttpClient http;
  private final SdkHttpClient storeHttp;
  private final ApiConnection api;
  private final StoreConnection store;
  private final Upload.Limits limits;

  private UploaderClient(Builder builder) {
    HttpClient.Builder settings = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10));
    var storeSettings =
        UrlConnectionHttpClient.builder()
            .connectionTimeout(Duration.ofSeconds(10))
            .socketTimeout(Duration.ofMinutes(2));
    Path authority = builder.authority;
    if (authority != null) {
      TrustManager[] trust = Trust.withAuthority(authority);
      settings.sslContext(Trust.context(trust));
      storeSettings.tlsTrustManagersProvider(() -> trust);
    }
    if (builder.root.getScheme().equals("http")) {
      settings.version(HttpClient.Version.HTTP_1_1); // no upgrade header in clear
    }
    this.http = settings.build();
    this.storeHttp = storeSettings.build();
    this.api =
        new ApiConnection(
            http,
            new ApiConnection.Address(builder.root, builder.requireToken()),
            builder.timeout,
            new Retries(builder.retryLimit, builder.time, builder.chance),
            builder.time);
    this.store = new StoreConnection(storeHttp, builder.objectStore);
    this.limits =
        new Upload.Limits(
            builder.parallelParts,
            builder.jobLimit,
            builder.region,
            builder.stateDirectory == null ? null : StateDirectory.in(builder.stateDirectory));
  }

  /**
   * Begins a client for one server.
   *
   * @param endpoint {@code https://host[:port]}, with or without {@code /v2/storage}
   * @throws IllegalArgumentException when it is no such URL, or in clear to another machine
   */
  public static Builder builder(URI endpoint) {
    return new Builder(endpoint);
  }

  /** As {@link #upload(Path, UploadRequest, Progress)}, unheard. */
  public UploadResult upload(Path file, UploadRequest request) throws InterruptedException {
    return upload(file, request, Progress.NONE);
  }

  /**
   * Uploads a file and loads it into a table, which is created when it does not exist; returns when
   * the rows are in it. A file whose name ends in {@code .gz} is taken for gzip.
   *
   * @throws java.io.UncheckedIOException when the file cannot be read
   */
  public UploadResult upload(Path file, UploadRequest request, Progress progress)
      throws InterruptedException {
    return new Upload(api, store, limits, SourceFile.of(file), request, progress).run();
  }

  /**
   * Writes all rows of a table as CSV (RFC 4180, UTF-8, every field quoted), header first. The
   * stream is flushed and stays open; after a failure it holds a part of the rows.
   *
   * @throws IOException when {@code out} does not take the bytes, or the object store broke off too
   *     often
   */
  public ExportResult export(TableId table, OutputStream out)
      throws IOException, InterruptedException {
    return new TableExport(api, store, limits, table).run(out);
  }

  /** The first 100 rows of a table as CSV, header first. */
  public String preview(TableId table) throws InterruptedException {
    return api.require("GET", "tables/" + table + "/data-preview", null).text();
  }

  /**
   * Events that match a query, newest first, at most 100.
   *
   * @param query {@code event:storage.tableImportDone AND objectId:"in.c-main.users"}; empty: all
   */
  public JsonNode events(String query) throws InterruptedException {
    return get("events?q=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
  }

  /**
   * Reads a resource.
   *
   * @param path below {@code /v2/storage/} ({@code tokens/verify}), or from the root when it begins
   *     with a slash; reserved characters percent-encoded
   */
  public JsonNode get(String path) throws InterruptedException {
    return api.require("GET", path, null).json();
  }

  /**
   * Posts {@code body} as JSON, under one {@code Idempotency-Key} over all tries.
   *
   * @param path as in {@link #get}
   * @param body anything that Jackson writes as an object: a map, a record, a {@link JsonNode}
   */
  public JsonNode post(String path, Object body) throws InterruptedException {
    return api.require("POST", path, body).json();
  }

  /**
   * Sends one call and returns the answer, refusals included: for those who want to see them.
   *
   * @param method {@code GET}, {@code POST}, {@code PUT} or {@code DELETE}
   * @param path as in {@link #get}
   * @param body sent as JSON; null: none
   */
  public Answer exchange(String method, String path, @Nullable Object body)
      throws InterruptedException {
    return api.exchange(method, path, body);
  }

  /**
   * Waits until a job, as it came in an answer 202, has ended well, and returns it in its final
   * state.
   */
  public JsonNode await(JsonNode job) throws InterruptedException {
    return new JobWatch(api, limits.job()).await(job, () -> {});
  }

  /** Ends what is on its way and lets go of connections. */
  @Override
  public void close() {
    http.shutdownNow();
    http.close();
    storeHttp.close();
  }

  /** Collects a client's settings; not thread-safe. */
  public static final class Builder {
    private final URI root;
    private @Nullable String token;
    private @Nullable Path authority;
    private @Nullable URI objectStore = StoreConnection.fromEnvironment();
    private String region = "us-east-1";
    private Duration timeout = Duration.ofSeconds(60);
    private Duration retryLimit = Duration.ofMinutes(5);
    private Duration jobLimit = Duration.ofHours(12);
    private int parallelParts = 2;
    private @Nullable Path stateDirectory;
    private Timekeeper time = Timekeeper.system();
    private DoubleSupplier chance = () -> ThreadLocalRandom.current().nextDouble();

    private Builder(URI endpoint) {
      this.root = Endpoint.rootOf(endpoint);
    }

    /** The Storage API token; required. */
    public Builder token(String token) {
      this.token = token.strip();
      return this;
    }

    /**
     * PEM file of an authority to trust besides the platform's, for the API and for the object
     * store.
     */
    public Builder certificateAuthority(Path pem) {
      this.authority = pem;
      return this;
    }

    /**
     * Address of an S3-compatible store. Default: the system property {@code aws.endpointUrlS3} or
     * the environment's {@code AWS_ENDPOINT_URL_S3} (<a
     * href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html">as in all
     * AWS SDKs</a>), else Amazon S3.
     */
    public Builder objectStore(URI endpoint) {
      Endpoint.requireConfidential(endpoint, "the object store");
      this.objectStore = endpoint;
      return this;
    }

    /** AWS region of files whose answers name none. Default: {@code us-east-1}. */
    public Builder region(String region) {
      this.region = region;
      return this;
    }

    /** Longest wait for one answer of the API. Default: 60 seconds. */
    public Builder timeout(Duration timeout) {
      this.timeout = timeout;
      return this;
    }

    /**
     * How long one call is tried again while it fails for reasons that may pass. Default: 5
     * minutes.
     */
    public Builder retryLimit(Duration retryLimit) {
      this.retryLimit = retryLimit;
      return this;
    }

    /** Longest wait for one job. Default: 12 hours. */
    public Builder jobLimit(Duration jobLimit) {
      this.jobLimit = jobLimit;
      return this;
    }

    /** Parts of one large file on their way at a time, 1 to 16. Default: 2. */
    public Builder parallelParts(int parallelParts) {
      if (parallelParts < 1 || parallelParts > 16) {
        throw new IllegalArgumentException("parallel parts are 1 to 16, not " + parallelParts);
      }
      this.parallelParts = parallelParts;
      return this;
    }

    /**
     * Where uploads are remembered until they are over, so that one that broke off goes on when it
     * is asked for again: by the same token, for the same file, table and options. The directory is
     * made with mode 700; neither the token nor credentials are kept in it. Default: nowhere.
     */
    public Builder stateDirectory(@Nullable Path directory) {
      this.stateDirectory = directory;
      return this;
    }

    /** Another clock and another chance, for tests. */
    Builder time(Timekeeper time, DoubleSupplier chance) {
      this.time = time;
      this.chance = chance;
      return this;
    }

    /**
     * @throws IllegalArgumentException when the token is missing or the authority cannot be read
     * @throws java.io.UncheckedIOException when the directory for states cannot be used
     */
    public UploaderClient build() {
      return new UploaderClient(this);
    }

    /** A line break inside would end the header that carries it. */
    private String requireToken() {
      String given = token;
      if (given == null || !given.matches("[\\x21-\\x7e]+")) {
        throw new IllegalArgumentException(
            "a token is needed: one word of ASCII characters, as the server issued it");
      }
      return given;
    }
  }
}
