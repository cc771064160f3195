package io.penstock.storage.table;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the projects' databases are, for previews.
 *
 * @param host name or address of the server
 * @param port of the server
 * @param sslMode what pgjdbc asks of TLS; {@code disable} on loopback only
 * @param maxIdle connections that are kept open over all projects
 * @param maxOpen previews that read at the same time over all projects, three quarters of them for
 *     one project at most
 * @param readTimeout longest time that one preview may take in the database
 * @param maxStreams synchronous exports that stream at the same time over all projects, three
 *     quarters of them for one project at most
 * @param streamTimeout longest time that one of them may take
 * @param streamRows most rows that one of them may have; larger tables are exported by a job
 */
@ConfigurationProperties("penstock.warehouse")
public record WarehouseProperties(
    @DefaultValue("127.0.0.1") String host,
    @DefaultValue("5432") int port,
    @DefaultValue("verify-full") String sslMode,
    @DefaultValue("8") int maxIdle,
    @DefaultValue("16") int maxOpen,
    @DefaultValue("15s") Duration readTimeout,
    @DefaultValue("4") int maxStreams,
    @DefaultValue("10m") Duration streamTimeout,
    @DefaultValue("1000000") long streamRows) {}
