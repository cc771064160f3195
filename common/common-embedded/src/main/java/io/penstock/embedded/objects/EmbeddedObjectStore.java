package io.penstock.embedded.objects;

import io.penstock.aws.local.LocalGrants;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * S3 on this machine: listens on 127.0.0.1 only, keeps sealed files in a directory that one process
 * at a time owns, and knows two sorts of callers, services with standing keys and holders of
 * temporary credentials. Start it once; it is thread-safe then.
 *
 * <p>About 3 MB of memory per request in progress, and never more than {@value #THREADS} at a time.
 */
public final class EmbeddedObjectStore implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final int THREADS = 40;
  private static final int IDLE_MILLIS = 60_000;
  private static final int STOP_MILLIS = 5_000;
  private static final int HEADER_BYTES = 32 * 1024;
  private static final int OUTPUT_BYTES = 128 * 1024;

  private final Builder settings;
  private @Nullable Running running;

  private EmbeddedObjectStore(Builder settings) {
    this.settings = settings;
  }

  /**
   * @param directory where objects are kept; made when it is not there
   * @param keys which key seals which object
   */
  public static Builder builder(Path directory, ObjectKeys keys) {
    return new Builder(directory, keys);
  }

  /** What an embedded store needs to know. */
  public static final class Builder {
    private final Path directory;
    private final ObjectKeys keys;
    private final Map<String, ServiceKey> serviceKeys = new LinkedHashMap<>();
    private int port;
    private @Nullable LocalGrants grants;
    private Clock clock = Clock.systemUTC();

    private Builder(Path directory, ObjectKeys keys) {
      this.directory = directory;
      this.keys = keys;
    }

    /** The port to listen on. Default: 0, any that is free. */
    public Builder port(int port) {
      this.port = port;
      return this;
    }

    /** Adds a standing key. */
    public Builder serviceKey(ServiceKey key) {
      serviceKeys.put(key.accessKeyId(), key);
      return this;
    }

    /** Accepts temporary credentials made with these keys. Default: none are accepted. */
    public Builder temporaryCredentials(LocalGrants grants) {
      this.grants = grants;
      return this;
    }

    /** Tells when credentials and links end. Default: the system's clock. */
    public Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    public EmbeddedObjectStore build() {
      return new EmbeddedObjectStore(this);
    }
  }

  private record Running(ObjectFiles files, Uploads uploads, Server server, URI endpoint) {}

  /**
   * Takes the directory over and begins to listen.
   *
   * @throws UncheckedIOException when the directory or the port is in use
   */
  public synchronized EmbeddedObjectStore start() {
    if (running != null) {
      throw new IllegalStateException("The object store is running already");
    }
    CipherWarmUp.begin();
    try {
      ObjectFiles files = ObjectFiles.open(settings.directory, settings.keys, settings.clock);
      var uploads = new Uploads(files);
      Server server =
          server(
              settings.port,
              new S3Servlet(files, uploads, settings.serviceKeys, settings.grants, settings.clock));
      try {
        server.start();
      } catch (Exception e) {
        files.close();
        throw new IOException("The object store cannot listen on port " + settings.port, e);
      }
      int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
      running = new Running(files, uploads, server, URI.create("http://" + HOST + ":" + port));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens, such as {@code http://127.0.0.1:40123}. */
  public synchronized URI endpoint() {
    return require().endpoint();
  }

  /**
   * Lets requests in progress end for a few seconds, then stops. Uploads that are not completed are
   * forgotten.
   */
  @Override
  public synchronized void close() {
    if (running == null) {
      return;
    }
    Running stopping = running;
    running = null;
    try (ObjectFiles _ = stopping.files();
        Uploads _ = stopping.uploads()) {
      stopping.server().stop();
    } catch (Exception e) {
      throw new IllegalStateException("The object store did not stop", e);
    }
  }

  private Running require() {
    if (running == null) {
      throw new IllegalStateException("The object store is not running");
    }
    return running;
  }

  private static Server server(int port, S3Servlet servlet) {
    var threads = new QueuedThreadPool(THREADS);
    threads.setName("object-store");
    var server = new Server(threads);
    var http = new HttpConfiguration();
    // Keys may hold anything, also what a web server would refuse in a path.
    http.setHttpCompliance(HttpCompliance.LEGACY);
    http.setUriCompliance(UriCompliance.LEGACY);
    // Headers are signed as they were sent: Jetty must not give us its own spelling of a content
    // type.
    http.setHeaderCacheCaseSensitive(true);
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(HEADER_BYTES);
    http.setOutputBufferSize(OUTPUT_BYTES);
    var connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(HOST);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE_MILLIS);
    server.addConnector(connector);
    var context = new ServletContextHandler();
    context.addServlet(new ServletHolder(servlet), "/*");
    server.setHandler(new GracefulHandler(context));
    var errors = new ErrorHandler();
    errors.setShowStacks(false);
    errors.setShowMessageInTitle(false);
    server.setErrorHandler(errors);
    server.setStopTimeout(STOP_MILLIS);
    return server;
  }
}
