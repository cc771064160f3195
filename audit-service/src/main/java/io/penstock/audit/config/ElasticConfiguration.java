package io.penstock.audit.config;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.Jackson3JsonpMapper;
import co.elastic.clients.transport.rest5_client.Rest5ClientTransport;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import co.elastic.clients.transport.rest5_client.low_level.Rest5ClientBuilder;
import io.penstock.model.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ElasticProperties.class)
class ElasticConfiguration {
  private static final Timeout CONNECT = Timeout.of(Duration.ofSeconds(5));
  private static final Timeout ANSWER = Timeout.of(Duration.ofSeconds(60));
  private static final int CONNECTIONS = 40;

  /** Null when the index is on the local disk. */
  @Bean(destroyMethod = "close")
  @Nullable ElasticsearchClient elasticsearch(ElasticProperties properties, SslBundles bundles) {
    if (properties.uris().isEmpty()) {
      return null;
    }
    Rest5ClientBuilder builder =
        Rest5Client.builder(properties.uris())
            .setConnectionConfigCallback(c -> c.setConnectTimeout(CONNECT).setSocketTimeout(ANSWER))
            .setRequestConfigCallback(r -> r.setResponseTimeout(ANSWER))
            .setConnectionManagerCallback(
                m -> m.setMaxConnPerRoute(CONNECTIONS).setMaxConnTotal(CONNECTIONS * 4));
    String authorization = authorization(properties);
    if (authorization != null) {
      builder.setDefaultHeaders(new Header[] {new BasicHeader("Authorization", authorization)});
    }
    if (properties.sslBundle() != null) {
      builder.setSSLContext(bundles.getBundle(properties.sslBundle()).createSslContext());
    }
    return new ElasticsearchClient(
        new Rest5ClientTransport(builder.build(), new Jackson3JsonpMapper(Json.mapper())));
  }

  private static @Nullable String authorization(ElasticProperties properties) {
    if (properties.apiKey() != null) {
      return "ApiKey " + properties.apiKey().reveal();
    }
    if (properties.username() == null || properties.password() == null) {
      return null;
    }
    String both = properties.username() + ":" + properties.password().reveal();
    return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
  }
}
