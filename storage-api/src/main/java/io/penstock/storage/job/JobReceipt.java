package io.penstock.storage.job;

import io.penstock.model.job.JobOutcome.LoadReceipt;
import io.penstock.trail.CanonicalJson;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a load read and what became of it, as it is kept and shown. */
public final class JobReceipt {
  private static final String RECORD_ID = "recordId";

  private JobReceipt() {}

  public static Map<String, Object> of(LoadReceipt load, String workerVersion) {
    Map<String, Object> receipt = new LinkedHashMap<>();
    receipt.put("objects", load.objects());
    receipt.put("columns", load.columns());
    receipt.put("recordsRead", load.recordsRead());
    receipt.put("rowsInserted", load.rowsInserted());
    receipt.put("rowsUpdated", load.rowsUpdated());
    receipt.put("rowsUnchanged", load.rowsUnchanged());
    receipt.put("rowsBefore", load.rowsBefore());
    receipt.put("rowsAfter", load.rowsAfter());
    receipt.put("bytesAfter", load.bytesAfter());
    receipt.put("seconds", load.seconds());
    receipt.put("workerVersion", workerVersion);
    if (load.recordId() != null) {
      receipt.put(RECORD_ID, load.recordId().toString());
    }
    return receipt;
  }

  /** The record that vouches for a receipt; null for one from before they were named. */
  static @Nullable UUID recordId(Map<String, Object> receipt) {
    return receipt.get(RECORD_ID) instanceof String id ? UUID.fromString(id) : null;
  }

  /** By which the record knows its receipt: SHA-256 in hex over the canonical JSON. */
  public static String sha256(Map<String, Object> receipt) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(CanonicalJson.ofValue(receipt)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
