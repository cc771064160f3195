package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.table.AliasRows.Part;
import io.penstock.storage.table.Tables.Located;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.springframework.stereotype.Service;

/** Changes what aliases leave of their source. See {@link NewAliases} for how they come about. */
@Service
public class AliasService {
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

  Located setFilter(Caller caller, String label, Params params) {
    Located found = requireAlias(caller, label);
    requireSource(caller, found.table());
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
    requireSource(caller, found.table());
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
    requireSource(caller, found.table());
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

  /**
   * In the transaction at hand: columns, auto-sync and filter as a creation with these parameters
   * would give them.
   *
   * @param because said by the event
   */
  public Located rollBack(Located found, Params definition, Map<String, Object> because) {
    return change(
        found,
        "storage.tableRolledBack",
        "Rolled back the columns and the filter of alias ",
        because,
        alias -> {
          Part part = NewAliases.part(definition, rootColumns(alias), alias.source().label());
          if (!part.isWhole()) {
            refuseDependants(found.table());
          }
          return part;
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

  /**
   * What may show more of the source takes the right to read the source, as creating the alias did:
   * whoever may write the alias's bucket only has what the alias left.
   *
   * @throws PlatformException {@code ACCESS_DENIED}
   */
  public void requireSource(Caller caller, DataTable table) {
    if (table.alias() != null) {
      Located _ = tables.require(caller, table.alias().source().label(), Permission.READ);
      Call.current()
          .about("table", table.label(), table.name()); // the call is not about the source
    }
  }

  private Located change(Located found, String event, String message, Function<Alias, Part> part) {
    return change(found, event, message, Map.of(), part);
  }

  private Located change(
      Located found,
      String event,
      String message,
      Map<String, Object> because,
      Function<Alias, Part> part) {
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
    events.append(
        Event.of(event, message + now.label(), now.object())
            .with(
                new JsonFields()
                    .putAll(because)
                    .putAll(Objects.requireNonNull(now.alias()).told())
                    .map()));
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
}
