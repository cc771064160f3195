package io.penstock.uploader;

import tools.jackson.databind.JsonNode;

/** Compares what was sent with what the job says that it read. */
final class Receipt {
  private Receipt() {}

  /**
   * Compares, and answers whether there was something to compare with.
   *
   * @param job in its final state; its member {@code receipt} names the objects that were read
   * @throws ReceiptMismatchException when they are not what was sent
   */
  static boolean matches(JsonNode job, SentObject sent) {
    JsonNode objects = job.path("receipt").path("objects");
    if (objects.isEmpty()) {
      return false;
    }
    JsonNode read = objects.path(0);
    boolean same =
        objects.size() == 1
            && read.path("key").asString("").equals(sent.key())
            && read.path("bytes").asLong(-1) == sent.bytes()
            && read.path("sha256").asString("").equalsIgnoreCase(sent.sha256());
    if (!same) {
      throw new ReceiptMismatchException(job.path("id").asLong(0), sent, objects);
    }
    return true;
  }
}
