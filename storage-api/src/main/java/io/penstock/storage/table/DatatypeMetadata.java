package io.penstock.storage.table;

import io.penstock.model.PlatformException;
import io.penstock.model.job.ColumnType;
import io.penstock.model.job.JobOutcome.TableState;
import io.penstock.storage.metadata.Kind;
import io.penstock.storage.metadata.Metadata;
import io.penstock.storage.metadata.MetadataEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Writes the types of a typed table's columns to where tools look for them: the columns' metadata
 * {@code KBC.datatype.*} of the provider {@code storage}.
 */
@Component
class DatatypeMetadata {
  private static final Logger LOG = LoggerFactory.getLogger(DatatypeMetadata.class);
  private static final String PROVIDER = "storage";

  private final Metadata metadata;

  DatatypeMetadata(Metadata metadata) {
    this.metadata = metadata;
  }

  /** In the transaction at hand, which does not fail for it. */
  void write(long projectId, TableState table) {
    List<MetadataEntry> entries = new ArrayList<>();
    for (int i = 0; i < table.types().size(); i++) {
      ColumnType type = table.types().get(i);
      String column = table.columns().get(i);
      add(entries, column, "type", type.type());
      add(entries, column, "nullable", type.nullable() ? "1" : "");
      add(entries, column, "basetype", type.base().name());
      add(entries, column, "length", type.length());
      add(entries, column, "default", type.defaultValue());
    }
    try {
      metadata.set(projectId, Kind.TABLE, table.tableId(), entries);
    } catch (PlatformException tooMuch) {
      LOG.info("Table {} has more metadata than a caller could give it", table.tableId());
    }
  }

  private static void add(
      List<MetadataEntry> entries, String column, String key, @Nullable String value) {
    if (value != null) {
      entries.add(new MetadataEntry(column, PROVIDER, "KBC.datatype." + key, value));
    }
  }
}
