package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.table.AliasRows.NewAlias;
import io.penstock.storage.table.AliasRows.Part;
import io.penstock.storage.table.Tables.Located;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Service;

/**
 * Makes aliases. Everything is decided behind the locks of the buckets, the root and the source, so
 * that nothing under an alias goes unseen.
 */
@Service
public class NewAliases {
  private final AliasRows rows;
  private final AliasedColumns columns;
  private final TableRows tableRows;
  private final Tables tables;
  private final Buckets buckets;
  private final Changes changes;
  private final Events events;
  private final Clock clock;

  NewAliases(
      AliasRows rows,
      AliasedColumns columns,
      TableRows tableRows,
      Tables tables,
      Buckets buckets,
      Changes changes,
      Events events,
      Clock clock) {
    this.rows = rows;
    this.columns = columns;
    this.tableRows = tableRows;
    this.tables = tables;
    this.buckets = buckets;
    this.changes = changes;
    this.events = events;
    this.clock = clock;
  }

  Located create(Caller caller, String bucketLabel, Params params) {
    Bucket bucket = buckets.require(caller, bucketLabel, Permission.WRITE);
    if (!params.text("selectSql", "").isEmpty()) {
      throw new PlatformException(
          ErrorCode.NOT_IMPLEMENTED, "selectSql: aliases by a SELECT exist on Redshift only");
    }
    return changes.commit(201, () -> define(caller, bucket, params, Map.of()));
  }

  /**
   * In the transaction at hand: the alias that the parameters of a creation describe.
   *
   * @param bucket which the caller may write
   * @param because said by the event
   * @throws PlatformException what the caller has to change, or may not read
   */
  public Located define(Caller caller, Bucket bucket, Params params, Map<String, Object> because) {
    String sourceTable = params.text("sourceTable", "");
    if (sourceTable.isEmpty()) {
      throw new PlatformException(
          ErrorCode.VALIDATION, "sourceTable is required: name the table that the alias shows");
    }
    Located source = tables.require(caller, sourceTable, Permission.READ);
    NewAlias names = names(params, source.table());
    String label = bucket.label() + "." + names.name();
    Call.current().about("table", label, names.name());
    return insert(bucket, names, source, params, because);
  }

  private static NewAlias names(Params params, DataTable source) {
    String name = params.text("name", "").isEmpty() ? source.name() : TableNames.name(params);
    return new NewAlias(name, TableNames.displayName(params, name));
  }

  private Located insert(
      Bucket bucket, NewAlias names, Located found, Params params, Map<String, Object> because) {
    hold(bucket, found.bucket());
    DataTable source = held(found);
    refuseUnlessWhole(source);
    if (source.isAlias()) {
      columns.requireStaysAlias(source);
    }
    tableRows
        .taken(bucket.id(), names.name(), names.displayName())
        .ifPresent(
            other -> {
              throw TableNames.taken(bucket, names.name(), other);
            });
    Part part = part(params, source.columns(), source.label());
    columns.requireStay(
        source.alias() == null ? source.id() : source.alias().rootId(), part.named());
    try {
      rows.insert(bucket, names, source, linkOf(source), part, clock.instant());
    } catch (DuplicateKeyException race) {
      throw TableNames.taken(
          bucket, names.name(), new TableRows.Taken(names.name(), names.displayName()));
    }
    buckets.changed(bucket.id(), clock.instant());
    DataTable alias = tableRows.find(bucket, names.name()).orElseThrow();
    events.append(
        Event.of(
                "storage.tableAliasCreated",
                "Created alias %s of table %s".formatted(alias.label(), source.label()),
                alias.object())
            .with(
                new JsonFields()
                    .putAll(because)
                    .putAll(Objects.requireNonNull(alias.alias()).told())
                    .map()));
    return new Located(alias, bucket);
  }

  /** The buckets in the order of their ids, as everybody takes them. */
  private void hold(Bucket target, Bucket source) {
    Stream.of(target, source)
        .sorted(Comparator.comparingLong(Bucket::id))
        .forEach(
            bucket -> {
              if (bucket.id() == target.id()) {
                buckets.lockForChange(bucket.id());
              }
              buckets.hold(bucket);
            });
  }

  /** The source as it is behind the locks of its root and itself. */
  private DataTable held(Located found) {
    DataTable seen = found.table();
    PlatformException gone = Tables.notFound(seen.label(), seen.projectId());
    Alias alias = seen.alias();
    boolean there =
        alias == null
            ? tableRows.holds(seen.id())
            : tableRows.holds(alias.rootId()) && tableRows.holds(alias.keptAs(seen));
    if (!there) {
      throw gone;
    }
    return tableRows
        .find(found.bucket(), seen.name())
        .filter(now -> now.id() == seen.id())
        .orElseThrow(() -> gone);
  }

  private static void refuseUnlessWhole(DataTable source) {
    if (source.alias() != null && !source.alias().isWhole()) {
      throw new PlatformException(
          ErrorCode.TABLE_VALIDATION,
          "The table %s is an alias that has a filter or chosen columns: make the alias of its source"
              .formatted(source.label()));
    }
  }

  private static @Nullable Long linkOf(DataTable source) {
    return source.alias() == null ? null : source.alias().linkId();
  }

  /**
   * What a creation asks for, checked against the source's columns.
   *
   * @param source for messages
   */
  static Part part(Params params, List<String> existing, String source) {
    return new Part(chosen(params, existing, source), AliasFilter.ofCreation(params, existing));
  }

  private static @Nullable List<String> chosen(
      Params params, List<String> existing, String source) {
    List<String> columns =
        params.list("aliasColumns").stream().filter(name -> !name.isEmpty()).toList();
    if (columns.isEmpty()) {
      return null;
    }
    for (String column : columns) {
      if (!existing.contains(column)) {
        throw new PlatformException(
            ErrorCode.COLUMN_NOT_EXISTS,
            "The column \"%s\" does not exist in the table %s".formatted(column, source));
      }
    }
    if (new HashSet<>(columns).size() < columns.size()) {
      throw new PlatformException(
          ErrorCode.TABLE_VALIDATION, "aliasColumns names one of them twice");
    }
    return columns;
  }
}
