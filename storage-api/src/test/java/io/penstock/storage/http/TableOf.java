package io.penstock.storage.http;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** A table with given columns, as the end of a job leaves it in the metadata. */
record TableOf(Gateway gateway, Client client, String label, long id) {

  /** The first column is the primary key. */
  static TableOf columns(Gateway gateway, Client client, String bucket, String... columns) {
    String name = Gateway.unique("t");
    long id =
        gateway
            .jdbc()
            .sql(
                """
                INSERT INTO data_table (project_id, bucket_id, name, display_name, state, columns, primary_key,
                  rows_count, data_bytes, sequence, created_at)
                SELECT project_id, id, :name, :name, 'READY', :columns, :key, 5, 16384, 1, now()
                FROM bucket WHERE stage || '.' || name = :bucket AND deleted_at IS NULL
                RETURNING id
                """)
            .param("name", name)
            .param("columns", columns)
            .param("key", new String[] {columns[0]})
            .param("bucket", bucket)
            .query(Long.class)
            .single();
    return new TableOf(gateway, client, bucket + "." + name, id);
  }

  /** The table has these columns from now on. */
  void become(String... columns) {
    gateway
        .jdbc()
        .sql("UPDATE data_table SET columns = :columns WHERE id = :id")
        .param("columns", columns)
        .param("id", id)
        .update();
  }

  String path() {
    return "tables/" + label;
  }

  JsonNode detail() {
    return client.get(path()).json(200);
  }

  /** The entry of a list that is this table. */
  JsonNode in(JsonNode list) {
    return list.valueStream()
        .filter(table -> table.path("id").asString().equals(label))
        .findFirst()
        .orElseThrow();
  }

  static List<String> ids(JsonNode list) {
    return list.valueStream().map(each -> each.path("id").asString()).toList();
  }
}
