package io.penstock.storage.table;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of loads.
 *
 * @param largestBody bytes of data that a synchronous load may bring along; what is larger is
 *     uploaded first
 * @param urlHosts hosts that {@code dataUrl} may name, such as {@code data.example.org} or {@code
 *     data.example.org:8443}; none: the parameter is refused
 * @param urlPrivateAddresses whether such a host may be on this network: loopback, private and
 *     link-local addresses
 * @param largestUrl bytes that may be fetched from there
 * @param urlTimeout longest time that fetching may take; callers wait for it
 */
@ConfigurationProperties("penstock.loads")
record LoadProperties(
    @DefaultValue("100MB") DataSize largestBody,
    @DefaultValue List<String> urlHosts,
    @DefaultValue("false") boolean urlPrivateAddresses,
    @DefaultValue("1GB") DataSize largestUrl,
    @DefaultValue("20s") Duration urlTimeout) {}
