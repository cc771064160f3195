package io.penstock.audit.config;

import io.penstock.model.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * An Elasticsearch cluster for the search index, version 9; without {@code uris} the index is on
 * the local disk.
 *
 * @param uris nodes of the cluster, such as {@code https://search.example.org:9200}; in clear only
 *     on the same machine
 * @param username with {@code password}, or neither
 * @param apiKey in place of name and password, as Elasticsearch hands it out ({@code encoded})
 * @param sslBundle a bundle of {@code spring.ssl.bundle} that knows the cluster's certificate; the
 *     JVM's own authorities when it is left out
 * @param indexPrefix begins the names of everything that is made in the cluster
 * @param retention months that ended longer ago are dropped from the index, never from the log;
 *     without it none ever is
 */
@ConfigurationProperties("penstock.audit.elasticsearch")
public record ElasticProperties(
    @DefaultValue List<URI> uris,
    @Nullable String username,
    @Nullable Secret password,
    @Nullable Secret apiKey,
    @Nullable String sslBundle,
    @DefaultValue("penstock-audit") String indexPrefix,
    @Nullable Duration retention) {
  private static final String PREFIX = "penstock.audit.elasticsearch.";
  private static final List<String> THIS_MACHINE = List.of("localhost", "127.0.0.1", "[::1]");

  public ElasticProperties {
    uris = List.copyOf(uris);
    uris.forEach(ElasticProperties::check);
    require((username == null) == (password == null), "username and password come together or not");
    require(username == null || apiKey == null, "api-key takes the place of username and password");
    require(
        retention == null || retention.isPositive(), "retention is a time such as 3650d, or unset");
  }

  private static void check(URI uri) {
    boolean clear = "http".equals(uri.getScheme()) && THIS_MACHINE.contains(uri.getHost());
    require("https".equals(uri.getScheme()) || clear, "uris begin with https: " + uri);
  }

  private static void require(boolean condition, String text) {
    if (!condition) {
      throw new IllegalArgumentException(PREFIX + text);
    }
  }
}
