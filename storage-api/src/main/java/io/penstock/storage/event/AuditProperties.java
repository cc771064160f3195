package io.penstock.storage.event;

import io.penstock.model.Secret;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where events are searched.
 *
 * @param url of audit-service, such as {@code https://audit.internal:8444}
 * @param credential what it knows us by
 * @param sslBundle whose trust its certificate is checked with; absent: the machine's own
 * @param connectTimeout longest wait for a connection
 * @param readTimeout longest wait for an answer
 */
@ConfigurationProperties("penstock.audit")
record AuditProperties(
    @DefaultValue("https://127.0.0.1:8444") URI url,
    @DefaultValue("") Secret credential,
    @Nullable String sslBundle,
    @DefaultValue("2s") Duration connectTimeout,
    @DefaultValue("20s") Duration readTimeout) {}
