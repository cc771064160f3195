package io.penstock.uploader;

import tools.jackson.databind.JsonNode;

/**
 * The job read other bytes than were sent, and loaded them: what is in the table is not what is in
 * the file. The platform is at fault, and its operators should hear of it.
 */
public final class ReceiptMismatchException extends UploaderException {
  private static final long serialVersionUID = 1L;

  ReceiptMismatchException(long jobId, SentObject sent, JsonNode read) {
    super(
        "job %d did not read what was sent: sent %d bytes, SHA-256 %s; read %s"
            .formatted(jobId, sent.bytes(), sent.sha256(), read),
        null);
  }
}
