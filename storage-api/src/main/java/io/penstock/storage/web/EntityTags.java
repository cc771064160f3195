package io.penstock.storage.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.server.PathContainer;
import org.springframework.web.filter.ShallowEtagHeaderFilter;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * {@code ETag} and {@code If-None-Match} (RFC 9110, section 13.1.2) on details and lists: a weak
 * tag over the answer's bytes. What is streamed is not held back for it, and has none; nor have
 * files, whose answers are different each time because they lend credentials. What has a tag of its
 * own passes untouched.
 */
@Configuration
class EntityTags {
  private static final String WITH_ITS_OWN = "/v2/storage/tokens/verify";

  private static final List<PathPattern> WITHOUT =
      Stream.of(
              "/v2/storage/tables/{id}/data-preview",
              "/v2/storage/tables/{id}/export",
              "/v2/storage/files",
              "/v2/storage/files/{id}")
          .map(PathPatternParser.defaultInstance::parse)
          .toList();

  /** Behind {@link CallFilter}, so that the gate and the record see the status as it leaves. */
  @Bean
  FilterRegistrationBean<ShallowEtagHeaderFilter> entityTagFilter() {
    ShallowEtagHeaderFilter filter =
        new ShallowEtagHeaderFilter() {
          @Override
          protected boolean shouldNotFilter(HttpServletRequest request) {
            String path = request.getRequestURI();
            return !request.getMethod().equals("GET") || path.equals(WITH_ITS_OWN) || hasNone(path);
          }
        };
    filter.setWriteWeakETag(true);
    FilterRegistrationBean<ShallowEtagHeaderFilter> registration =
        new FilterRegistrationBean<>(filter);
    registration.addUrlPatterns("/v2/storage", "/v2/storage/*");
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 20);
    return registration;
  }

  /** By the router's own rules: segments decoded, without their parameters. */
  private static boolean hasNone(String path) {
    PathContainer parsed = PathContainer.parsePath(path);
    return WITHOUT.stream().anyMatch(pattern -> pattern.matches(parsed));
  }
}
