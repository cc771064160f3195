package io.penstock.uploader;

/**
 * What an export wrote.
 *
 * @param jobId the job that made the file
 * @param fileId the file in the project's file storage, kept for later
 * @param cacheHit true when the server handed out an earlier export of the same content
 * @param slices pieces that were joined
 * @param bytes bytes written to the caller's stream, header included
 */
public record ExportResult(long jobId, long fileId, boolean cacheHit, int slices, long bytes) {}
