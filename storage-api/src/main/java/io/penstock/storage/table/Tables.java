package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.web.Call;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Service;

/** Finds tables. Thread-safe. */
@Service
public class Tables {
  private final TableRows rows;
  private final Buckets buckets;

  Tables(TableRows rows, Buckets buckets) {
    this.rows = rows;
    this.buckets = buckets;
  }

  /** A table with the bucket that it lies in. */
  public record Located(DataTable table, Bucket bucket) {}

  /**
   * The table of the call at hand, which the call's record then names.
   *
   * @throws PlatformException {@code TABLE_NOT_FOUND}, or {@code ACCESS_DENIED} without the
   *     permission on its bucket
   */
  public Located require(Caller caller, String label, Permission permission) {
    Call.current().about("table", label, label.substring(label.lastIndexOf('.') + 1));
    int dot = label.lastIndexOf('.');
    if (dot < 0) {
      throw notFound(label, caller.projectId());
    }
    Bucket bucket =
        buckets
            .find(caller, label.substring(0, dot))
            .orElseThrow(() -> notFound(label, caller.projectId()));
    Buckets.permit(caller, permission, bucket);
    DataTable table =
        rows.find(bucket, label.substring(dot + 1))
            .orElseThrow(() -> notFound(label, caller.projectId()));
    return new Located(table, bucket);
  }

  /**
   * The table of the call at hand for reading its rows: an alias is resolved to the table behind
   * it.
   *
   * @throws PlatformException as {@link #require}
   */
  public ReadableTable requireReadable(Caller caller, String label) {
    Located found = require(caller, label, Permission.READ);
    DataTable table = found.table();
    return new ReadableTable(
        table,
        found.bucket(),
        table.alias() == null
            ? new ReadableTable.Rows(table.projectId(), table.id(), List.of())
            : table.alias().rows());
  }

  /** What the caller may read, in the order of creation. */
  public List<DataTable> readable(Caller caller) {
    return rows.readable(caller);
  }

  /** The tables behind an alias, by their labels: those of its project that the caller may read. */
  public Set<String> sourcesOf(Caller caller, DataTable table) {
    Set<String> labels = new LinkedHashSet<>();
    Alias alias = table.alias();
    while (alias != null && alias.source().projectId() == caller.projectId()) {
      String label = alias.source().label();
      int dot = label.lastIndexOf('.');
      Bucket bucket = buckets.find(caller, label.substring(0, dot)).orElse(null);
      if (bucket == null || !caller.may(Permission.READ, bucket.id()) || !labels.add(label)) {
        break;
      }
      alias = rows.find(bucket, label.substring(dot + 1)).map(DataTable::alias).orElse(null);
    }
    return labels;
  }

  List<DataTable> inBucket(Bucket bucket) {
    return rows.inBucket(bucket);
  }

  static PlatformException notFound(String label, long projectId) {
    int dot = label.lastIndexOf('.');
    return new PlatformException(
        ErrorCode.TABLE_NOT_FOUND,
        "The table \"%s\" was not found in the bucket \"%s\" in the project \"%d\""
            .formatted(
                label.substring(dot + 1), dot < 0 ? "" : label.substring(0, dot), projectId));
  }
}
