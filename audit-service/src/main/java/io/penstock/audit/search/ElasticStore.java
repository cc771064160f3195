package io.penstock.audit.search;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.HealthStatus;
import co.elastic.clients.elasticsearch._types.OpType;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.elasticsearch.core.GetResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.util.BinaryData;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What stands in the cluster, one request each. */
final class ElasticStore {
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final String ALREADY_THERE = "resource_already_exists_exception";
  private static final String JSON = "application/json";

  private final ElasticsearchClient client;

  ElasticStore(ElasticsearchClient client) {
    this.client = client;
  }

  /**
   * A state as it was read or written; it can be replaced only while it is the newest.
   *
   * @param sequence Elasticsearch's own numbers of that version of the document
   */
  record Stored(ElasticState state, long sequence, long term) {}

  /** A record on its way into the index. */
  record Entry(UUID id, String month, byte[] document) {}

  @Nullable Stored state(ElasticNames names) throws IOException {
    try {
      GetResponse<ElasticState> found =
          client.get(g -> g.index(names.state()).id(stateId()), ElasticState.class);
      ElasticState state = found.source();
      return state == null
          ? null
          : new Stored(
              state,
              Objects.requireNonNull(found.seqNo()),
              Objects.requireNonNull(found.primaryTerm()));
    } catch (ElasticsearchException e) {
      if (e.status() == NOT_FOUND) {
        return null;
      }
      throw e;
    }
  }

  /**
   * Writes a state in place of another, durable when it returns.
   *
   * @param replaced null: there must be none
   * @return null when another writer was faster
   */
  @Nullable Stored replace(ElasticNames names, @Nullable Stored replaced, ElasticState state)
      throws IOException {
    if (replaced == null) {
      createStateIndex(names);
    }
    try {
      var written =
          client.index(
              i -> {
                i.index(names.state()).requireAlias(true).id(stateId()).document(state);
                return replaced == null
                    ? i.opType(OpType.Create)
                    : i.ifSeqNo(replaced.sequence()).ifPrimaryTerm(replaced.term());
              });
      return new Stored(
          state,
          Objects.requireNonNull(written.seqNo()),
          Objects.requireNonNull(written.primaryTerm()));
    } catch (ElasticsearchException e) {
      if (e.status() == CONFLICT) {
        return null;
      }
      throw e;
    }
  }

  private static String stateId() {
    return "v" + ElasticNames.SHAPE;
  }

  private void createStateIndex(ElasticNames names) throws IOException {
    unlessThere(
        () ->
            client
                .indices()
                .create(
                    c ->
                        c.index(names.stateIndex())
                            .aliases(names.state(), a -> a)
                            .mappings(m -> m.enabled(false))
                            .settings(s -> s.numberOfShards("1").autoExpandReplicas("0-1"))));
  }

  /** An index template of the cluster's owner that matches the name may say more. */
  void createMonth(ElasticNames names, String month) throws IOException {
    unlessThere(
        () ->
            client
                .indices()
                .create(
                    c ->
                        c.index(names.index(month))
                            .aliases(names.all(), a -> a)
                            .aliases(names.alias(month), a -> a)
                            .mappings(ElasticFields.mapping())
                            .settings(
                                s ->
                                    s.autoExpandReplicas("0-1")
                                        .refreshInterval(t -> t.time("5s")))));
  }

  /** One thing to ask of the cluster. */
  @FunctionalInterface
  private interface Request {
    Object send() throws IOException;
  }

  private static void unlessThere(Request creation) throws IOException {
    try {
      Object _ = creation.send();
    } catch (ElasticsearchException e) {
      if (!ALREADY_THERE.equals(e.error().type())) {
        throw e;
      }
    }
  }

  /** The months of the generation whose index is there. */
  Set<String> months(ElasticNames names) throws IOException {
    String before = names.alias("");
    return client.indices().getAlias(g -> g.index(before + "*")).aliases().values().stream()
        .flatMap(index -> index.aliases().keySet().stream())
        .filter(alias -> alias.startsWith(before))
        .map(alias -> alias.substring(before.length()))
        .collect(Collectors.toSet());
  }

  void awaitUsable(ElasticNames names) throws IOException {
    var health =
        client
            .cluster()
            .health(
                h ->
                    h.index(names.all())
                        .waitForStatus(HealthStatus.Yellow)
                        .timeout(t -> t.time("20s")));
    if (health.timedOut()) {
      throw new IOException("The indices of " + names.all() + " do not come up");
    }
  }

  void dropMonth(ElasticNames names, String month) throws IOException {
    var _ = client.indices().delete(d -> d.index(names.index(month)).ignoreUnavailable(true));
  }

  List<String> outdated(ElasticNames names) throws IOException {
    return client.indices().getAlias(g -> g.index(names.everyIndex())).aliases().keySet().stream()
        .filter(names::isOutdated)
        .toList();
  }

  void drop(List<String> indices) throws IOException {
    var _ = client.indices().delete(d -> d.index(indices).ignoreUnavailable(true));
  }

  /** Durable when it returns. A record that is there already is replaced by itself. */
  void write(ElasticNames names, List<Entry> entries) throws IOException {
    List<BulkOperation> operations =
        entries.stream().map(entry -> operation(names, entry)).toList();
    BulkResponse done = client.bulk(b -> b.operations(operations).requireAlias(true));
    if (done.errors()) {
      throw new IOException(
          done.items().stream()
              .filter(item -> item.error() != null)
              .findFirst()
              .map(ElasticStore::reason)
              .orElse("Records were not indexed"));
    }
  }

  private static BulkOperation operation(ElasticNames names, Entry entry) {
    return BulkOperation.of(
        b ->
            b.<BinaryData>index(
                i ->
                    i.index(names.alias(entry.month()))
                        .id(entry.id().toString())
                        .document(BinaryData.of(entry.document(), JSON))));
  }

  private static String reason(BulkResponseItem item) {
    return "Record " + item.id() + " was not indexed: " + item.status() + " " + item.error();
  }

  /** Makes what is written visible to searches. */
  void refresh(ElasticNames names, Set<String> months) throws IOException {
    List<String> aliases = months.stream().map(names::alias).toList();
    var refreshed = client.indices().refresh(r -> r.index(aliases));
    if (refreshed.shards() != null && refreshed.shards().failed().intValue() > 0) {
      throw new IOException("Not every shard could be refreshed");
    }
  }
}
