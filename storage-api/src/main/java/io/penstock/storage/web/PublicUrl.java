package io.penstock.storage.web;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The address that clients reach us by: the configured one of the listener by which a request came
 * in, never what a Host header says. What is written without a call at hand holds no address of
 * ours, see {@link Addresses}.
 */
@Component
class PublicUrl {
  private final @Nullable String https;
  private final @Nullable String http;

  PublicUrl(StorageProperties properties) {
    this.https = trimmed(properties.publicUrl());
    this.http = trimmed(properties.publicHttpUrl());
  }

  String of(HttpServletRequest request) {
    String configured = request.isSecure() ? https : http;
    if (configured != null) {
      return configured;
    }
    return https != null
        ? https
        : "%s://%s:%d"
            .formatted(request.getScheme(), request.getLocalName(), request.getLocalPort());
  }

  private static @Nullable String trimmed(@Nullable String url) {
    return url == null || !url.endsWith("/") ? url : url.substring(0, url.length() - 1);
  }
}
