package io.penstock.storage.config;

import io.penstock.model.Secret;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The secrets that tokens are sealed with.
 *
 * @param keys base64 of at least 32 random bytes by version; the highest version seals, all open
 */
@ConfigurationProperties("penstock.tokens")
record TokenProperties(Map<Integer, Secret> keys) {}
