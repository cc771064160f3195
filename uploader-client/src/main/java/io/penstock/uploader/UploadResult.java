package io.penstock.uploader;

import java.time.Duration;

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
 */
public record UploadResult(
    TableId table,
    boolean created,
    long fileId,
    long jobId,
    long rows,
    long totalRows,
    long bytes,
    Duration took) {}
