package io.penstock.storage.web;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the gateway presents itself.
 *
 * @param publicUrl the https address that clients use, such as {@code https://storage.example.org};
 *     absent: the address the request was made to
 * @param publicHttpUrl the plain address of the loopback listener, if there is one
 * @param httpPort port of a plain listener on the loopback address, for the quickstart only; 0:
 *     none
 * @param anonymousCallsPerSecond refused calls without a valid token that one address may make a
 *     second before 429
 */
@ConfigurationProperties("penstock.storage-api")
public record StorageProperties(
    @Nullable String publicUrl,
    @Nullable String publicHttpUrl,
    @DefaultValue("0") int httpPort,
    @DefaultValue("10") int anonymousCallsPerSecond) {}
