package io.penstock.storage.table;

import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.web.Addresses;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Tables as their detail shows them, where no call is at hand: for the ends of jobs; to be stored,
 * see {@link Addresses}.
 */
@Component
public class TableDetails {
  private final TableRows rows;
  private final Buckets buckets;
  private final TableViews views;

  TableDetails(TableRows rows, Buckets buckets, TableViews views) {
    this.rows = rows;
    this.buckets = buckets;
    this.views = views;
  }

  /**
   * A table and the contract's object of it.
   *
   * @param json with every part
   */
  public record Detailed(DataTable table, Map<String, Object> json) {}

  /** Whatever state the table is in, even removed. */
  public Optional<Detailed> of(long projectId, long tableId) {
    return rows.findAny(projectId, tableId)
        .map(
            table -> {
              @Nullable Bucket bucket = buckets.find(projectId, table.bucketId()).orElse(null);
              return new Detailed(
                  table, views.detail(table, bucket, rows.project(projectId), Addresses.STORED));
            });
  }
}
