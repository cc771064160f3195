package io.penstock.storage.event;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.event.EventSearch.Scope;
import io.penstock.storage.table.DataTable;
import io.penstock.storage.table.Tables;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Events over HTTP (chapter 2.9). */
@RestController
@RequestMapping("/v2/storage")
class EventController {
  private final EventSearch search;
  private final RecordLists lists;
  private final EventWriter writer;
  private final EventJson json;
  private final Buckets buckets;
  private final Tables tables;
  private final JdbcClient jdbc;

  EventController(
      EventSearch search,
      RecordLists lists,
      EventWriter writer,
      EventJson json,
      Buckets buckets,
      Tables tables,
      JdbcClient jdbc) {
    this.search = search;
    this.lists = lists;
    this.writer = writer;
    this.json = json;
    this.buckets = buckets;
    this.tables = tables;
    this.jdbc = jdbc;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/events")
  ResponseEntity<Object> create(Params params) {
    EventWriter.Written written = writer.write(NewEvent.of(params));
    return Answers.created(
        new JsonFields()
            .put("id", Long.toString(written.number()))
            .put("uuid", written.uuid().toString())
            .map());
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/events")
  ResponseEntity<Object> list(Caller caller, Params params) {
    return found(caller, Scope.of(search.viewer(caller)), params);
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/events/{id}")
  ResponseEntity<Object> detail(Caller caller, @PathVariable String id) {
    return Answers.ok(json.event(caller, search.require(caller, id)));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/buckets/{id}/events")
  ResponseEntity<Object> ofBucket(Caller caller, @PathVariable String id, Params params) {
    String label = buckets.require(caller, id, Permission.READ).label();
    return found(caller, Scope.ofBucket(label), params);
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/tables/{id}/events")
  ResponseEntity<Object> ofTable(Caller caller, @PathVariable String id, Params params) {
    DataTable table = tables.require(caller, id, Permission.READ).table();
    return found(caller, Scope.ofTable(table.label(), tables.sourcesOf(caller, table)), params);
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/tokens/{id}/events")
  ResponseEntity<Object> ofToken(Caller caller, @PathVariable long id, Params params) {
    Call.current().about("token", Long.toString(id), null);
    if (id != caller.tokenId() && !caller.canManageTokens()) {
      throw Caller.accessDenied();
    }
    boolean known =
        jdbc.sql("SELECT EXISTS (SELECT FROM token WHERE id = :id AND project_id = :project)")
            .param("id", id)
            .param("project", caller.projectId())
            .query(Boolean.class)
            .single();
    if (!known) {
      throw new PlatformException(
          ErrorCode.TOKEN_NOT_FOUND, "The token \"%d\" was not found".formatted(id));
    }
    return found(caller, Scope.ofToken(Long.toString(id)), params);
  }

  private ResponseEntity<Object> found(Caller caller, Scope scope, Params params) {
    return Answers.ok(lists.of(caller, RecordParams.events(caller, scope, params), json::events));
  }
}
