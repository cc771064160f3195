package io.penstock.storage.mail;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How mails are sent, beside {@code spring.mail.*}, which names the mail server. Without {@code
 * spring.mail.host} there are none.
 *
 * @param from the address that mails come from
 * @param retryAfter pause after the first failed attempt; doubles with each one, up to ten minutes
 */
@ConfigurationProperties("penstock.mail")
record MailProperties(
    @DefaultValue("penstock@localhost") String from, @DefaultValue("15s") Duration retryAfter) {}
