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
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Service;

/**
 * Makes aliases and changes what they leave of their source. Everything is decided behind the locks
 * of the buckets, the root and the source, so that nothing under an alias goes unseen.
 */
@Service
class AliasService {
  private final AliasRows rows;
  private final AliasedColumns columns;
  private final TableRows tableRows;
  private final Tables tables;
  private final Buckets buckets;
  private final Changes changes;
  private final Events events;
  private final Clock clock;

  AliasService(
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
    Located source = tables.require(caller, params.text("sourceTable", ""), Permission.READ);
    NewAlias names = names(params, source.table());
    String label = bucket.label() + "." + names.name();
    Call.current().about("table", label, names.name());
    try {
      return changes.commit(201, () -> insert(bucket, names, source, params));
    } catch (DuplicateKeyException race) {
      throw TableNames.taken(
          bucket, names.name(), new TableRows.Taken(names.name(), names.displayName()));
    }
  }

  private static NewAlias names(Params params, DataTable source) {
    String name = params.text("name", "").isEmpty() ? source.name() : TableNames.name(params);
    return new NewAlias(name, TableNames.displayName(params, name));
  }

  private Located insert(Bucket bucket, NewAlias names, Located found, Params params) {
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
    Part part = new Part(chosen(params, source), AliasFilter.ofCreation(params, source.columns()));
    columns.requireStay(
        source.alias() == null ? source.id() : source.alias().rootId(), part.named());
    rows.insert(bucket, names, source, linkOf(source), part, clock.instant());
    buckets.changed(bucket.id(), clock.instant());
    DataTable alias = tableRows.find(bucket, names.name()).orElseThrow();
    events.append(
        Event.of(
                "storage.tableAliasCreated",
                "Created alias %s of table %s".formatted(alias.label(), source.label()),
                alias.object())
            .with(told(alias)));
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

  private static @Nullable List<String> chosen(Params params, DataTable source) {
    List<String> columns =
        params.list("aliasColumns").stream().filter(name -> !name.isEmpty()).toList();
    if (columns.isEmpty()) {
      return null;
    }
    for (String column : columns) {
      requireColumn(source, column);
    }
    if (new HashSet<>(columns).size() < columns.size()) {
      throw new PlatformException(
          ErrorCode.TABLE_VALIDATION, "aliasColumns names one of them twice");
    }
    return columns;
  }

  private static void requireColumn(DataTable source, String column) {
    if (!source.columns().contains(column)) {
      throw new PlatformException(
          ErrorCode.COLUMN_NOT_EXISTS,
          "The column \"%s\" does not exist in the table %s".formatted(column, source.label()));
    }
  }

  Located setFilter(Caller caller, String label, Params params) {
    Located found = requireAlias(caller, label);
    return changes.commit(
        200,
        () ->
            change(
                found,
                "storage.tableAliasFilterUpdated",
                "Updated the filter of alias ",
                alias -> {
                  refuseDependants(found.table());
                  return new Part(
                      alias.chosen(),
                      AliasFilter.merged(params, alias.ownFilter(), rootColumns(alias)));
                }));
  }

  void removeFilter(Caller caller, String label) {
    Located found = requireAlias(caller, label);
    changes.commit(
        204,
        () ->
            change(
                found,
                "storage.tableAliasFilterUpdated",
                "Removed the filter of alias ",
                alias -> new Part(alias.chosen(), null)));
  }

  /** All columns of the source at once, and those to come. */
  void syncColumns(Caller caller, String label) {
    Located found = requireAlias(caller, label);
    changes.commit(
        204,
        () ->
            change(
                found,
                "storage.tableAliasColumnsAutoSyncUpdated",
                "Switched the columns' auto-sync on for alias ",
                alias -> new Part(null, alias.ownFilter())));
  }

  /** The columns that there are now, and no others. */
  void fixColumns(Caller caller, String label) {
    Located found = requireAlias(caller, label);
    changes.commit(
        204,
        () ->
            change(
                found,
                "storage.tableAliasColumnsAutoSyncUpdated",
                "Switched the columns' auto-sync off for alias ",
                alias -> {
                  refuseDependants(found.table());
                  return new Part(
                      alias.chosen() == null ? rootColumns(alias) : alias.chosen(),
                      alias.ownFilter());
                }));
  }

  /** In the transaction at hand: one more column of the source. */
  Located addColumn(Located found, String column) {
    return change(
        found,
        "storage.tableColumnAdded",
        "Added column %s to alias ".formatted(column),
        alias -> {
          List<String> chosen = requireChosen(alias, found.table());
          if (chosen.contains(column)) {
            throw new PlatformException(
                ErrorCode.COLUMN_EXISTS,
                "The alias %s has the column \"%s\" already"
                    .formatted(found.table().label(), column));
          }
          if (!rootColumns(alias).contains(column)) {
            throw new PlatformException(
                ErrorCode.COLUMN_NOT_EXISTS,
                "The column \"%s\" does not exist in the source of alias %s"
                    .formatted(column, found.table().label()));
          }
          return new Part(
              Stream.concat(chosen.stream(), Stream.of(column)).toList(), alias.ownFilter());
        });
  }

  /** In the transaction at hand: one column of the source less. */
  Located removeColumn(Located found, String column) {
    return change(
        found,
        "storage.tableColumnDeleted",
        "Removed column %s from alias ".formatted(column),
        alias -> {
          List<String> left =
              requireChosen(alias, found.table()).stream()
                  .filter(name -> !name.equals(column))
                  .toList();
          if (left.isEmpty()) {
            throw new PlatformException(
                ErrorCode.TABLE_VALIDATION, "The last column of an alias cannot be removed");
          }
          return new Part(left, alias.ownFilter());
        });
  }

  private static List<String> requireChosen(Alias alias, DataTable table) {
    if (alias.chosen() == null) {
      throw new PlatformException(
          ErrorCode.TABLE_VALIDATION,
          "The columns of alias %s follow its source: switch its columns' auto-sync off first"
              .formatted(table.label()));
    }
    return alias.chosen();
  }

  private Located requireAlias(Caller caller, String label) {
    Located found = tables.require(caller, label, Permission.WRITE);
    if (found.table().alias() == null) {
      throw new PlatformException(
          ErrorCode.TABLE_VALIDATION, "The table %s is not an alias".formatted(label));
    }
    return found;
  }

  private Located change(Located found, String event, String message, Function<Alias, Part> part) {
    Bucket bucket = found.bucket();
    buckets.lockForChange(bucket.id());
    Alias seen = Objects.requireNonNull(found.table().alias());
    if (!tableRows.holds(seen.rootId()) || !rows.locks(found.table().id())) {
      throw Tables.notFound(found.table().label(), found.table().projectId());
    }
    DataTable before = tableRows.find(bucket, found.table().name()).orElseThrow();
    if (before.alias() == null) {
      throw Tables.notFound(before.label(), before.projectId());
    }
    Part asked = part.apply(before.alias());
    List<String> known = new Part(before.alias().chosen(), before.alias().ownFilter()).named();
    columns.requireStay(
        seen.rootId(), asked.named().stream().filter(name -> !known.contains(name)).toList());
    rows.change(before.id(), asked);
    buckets.changed(bucket.id(), clock.instant());
    DataTable now = tableRows.find(bucket, before.name()).orElseThrow();
    events.append(Event.of(event, message + now.label(), now.object()).with(told(now)));
    return new Located(now, bucket);
  }

  private List<String> rootColumns(Alias alias) {
    return tableRows.columns(alias.rootId());
  }

  private void refuseDependants(DataTable alias) {
    if (rows.hasDependants(alias.id())) {
      throw new PlatformException(
          ErrorCode.DEPENDENT_OBJECTS,
          "The alias %s has aliases itself, which show all its rows and columns: remove them first"
              .formatted(alias.label()));
    }
  }

  private static Map<String, Object> told(DataTable table) {
    Alias alias = Objects.requireNonNull(table.alias());
    return new JsonFields()
        .put("sourceTable", alias.source().label())
        .put("aliasColumns", alias.chosen() == null ? List.of() : alias.chosen())
        .put("aliasFilter", AliasFilter.json(alias.ownFilter()))
        .map();
  }
}
