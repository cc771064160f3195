package io.penstock.uploader;

import java.time.Duration;
import tools.jackson.databind.JsonNode;

/**
 * What an upload did.
 *
 * @param table where the rows went
 * @param created true when this upload created the table
 * @param fileId the file in the project's file storage
 * @param jobId the job that loaded it
 * @param rows rows read from the file, header excluded; for a created table its rows, after equal
 *     keys were merged
 * @param totalRows rows of the table after the load
 * @param bytes size of the file
 * @param took from the call to the job's success
 * @param sent what lies in the object store
 * @param resumed true when an earlier run had begun this upload
 * @param compared true when {@code sent} was compared with the receipt, and is the same; false when
 *     the server gave no receipt
 * @param receipt the job's receipt as the server wrote it; a missing node when there is none
 */
public record UploadResult(
    TableId table,
    boolean created,
    long fileId,
    long jobId,
    long rows,
    long totalRows,
    long bytes,
    Duration took,
    SentObject sent,
    boolean resumed,
    boolean compared,
    JsonNode receipt) {}
