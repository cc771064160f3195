package io.penstock.importer.config;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How one import worker behaves.
 *
 * @param concurrency jobs at the same time
 * @param connections over which one load of a sliced file copies at most
 * @param warehouse where the projects' databases are
 * @param openerKey file with the private key that opens the credentials in jobs
 * @param visibility how long a message stays ours without a heartbeat
 * @param heartbeat how often a running job's message is extended and the job reported anew; at most
 *     half of storage-api's {@code penstock.dispatch.lease}
 * @param firstPause before a job that failed for now is delivered again; it doubles each time, up
 *     to 15 minutes
 * @param longestJob then the job is interrupted and left for another attempt
 * @param stopGrace how long a stopping worker lets jobs run on
 * @param keepPrevious how long the generation before the current one is kept for undoing
 * @param sliceSize of an export's slices, before compression
 * @param limits what a file may be at most
 * @param workspaceReads how long a job keeps its place for what a workspace's user made
 */
@ConfigurationProperties("penstock.import-worker")
public record ImportWorkerProperties(
    @DefaultValue("2") int concurrency,
    @DefaultValue("4") int connections,
    @DefaultValue WarehouseServer warehouse,
    Path openerKey,
    @DefaultValue("60s") Duration visibility,
    @DefaultValue("20s") Duration heartbeat,
    @DefaultValue("2s") Duration firstPause,
    @DefaultValue("11h") Duration longestJob,
    @DefaultValue("20s") Duration stopGrace,
    @DefaultValue("24h") Duration keepPrevious,
    @DefaultValue("64MB") DataSize sliceSize,
    @DefaultValue Limits limits,
    @DefaultValue WorkspaceReads workspaceReads) {

  /**
   * Where the warehouse is.
   *
   * @param host name or address
   * @param port of PostgreSQL
   * @param sslMode of pgjdbc; less than {@code verify-full} only on loopback
   */
  public record WarehouseServer(
      @DefaultValue("127.0.0.1") String host,
      @DefaultValue("5432") int port,
      @DefaultValue("verify-full") String sslMode) {}

  /**
   * What a file may be at most.
   *
   * @param record one record of a CSV file
   * @param file one object after unpacking
   * @param gzipRatio unpacked bytes for one packed byte, beyond the first GB
   * @param columns of a table; PostgreSQL itself ends at 1,600
   * @param block memory of one load, and the longest header
   */
  public record Limits(
      @DefaultValue("64MB") DataSize record,
      @DefaultValue("1TB") DataSize file,
      @DefaultValue("250") int gzipRatio,
      @DefaultValue("1000") int columns,
      @DefaultValue("256KB") DataSize block) {}

  /**
   * How long a job waits for what a workspace's user made of a table or view; then it fails, and
   * says what the user has to change.
   *
   * @param lockWait for a lock that a session of the user holds
   * @param nextRow without any row
   * @param longest from the job's beginning to the last row
   */
  public record WorkspaceReads(
      @DefaultValue("20s") Duration lockWait,
      @DefaultValue("5m") Duration nextRow,
      @DefaultValue("2h") Duration longest) {}
}
