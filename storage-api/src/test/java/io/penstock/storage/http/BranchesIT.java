package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class BranchesIT {
  private final Gateway gateway = Gateway.get();
  private final Client master = gateway.master();
  private final Client limited = gateway.limited();

  @Test
  void thereIsOneAndItIsTheDefault() {
    JsonNode list = limited.get("dev-branches/").json(200);

    assertThat(list).hasSize(1);
    JsonNode main = list.get(0);
    assertThat(main.propertyNames())
        .containsExactly("id", "name", "description", "created", "isDefault", "creatorToken");
    assertThat(main.path("id").asInt()).isEqualTo(5);
    assertThat(main.path("id").isInt()).isTrue();
    assertThat(main.path("name").asString()).isEqualTo("Main");
    assertThat(main.path("isDefault").asBoolean()).isTrue();
    assertThat(main.path("creatorToken").toString()).isEqualTo("{}");
    assertThat(limited.get("dev-branches/5").json(200)).isEqualTo(main);
    assertThat(limited.get("dev-branches/default").json(200)).isEqualTo(main);
    assertThat(limited.get("branch/5/dev-branches/5").json(200)).isEqualTo(main);
  }

  @Test
  void descriptionIsSetAndTheNameIsFixed() {
    JsonNode updated =
        master.put("dev-branches/5", Map.of("name", "Main", "description", "Ours")).json(200);

    assertThat(updated.path("description").asString()).isEqualTo("Ours");
    assertThat(master.get("dev-branches/default").json(200)).isEqualTo(updated);
    master.put("dev-branches/5", Map.of("name", "Other")).assertRefused(400, "storage.validation");
    master
        .put("dev-branches/5", Map.of("description", "x".repeat(10_001)))
        .assertRefused(400, "storage.validation");
    JsonNode emptied = master.put("dev-branches/5", Map.of("description", "")).json(200);
    assertThat(emptied.path("description").asString()).isEmpty();
    assertThat(
            gateway
                .jdbc()
                .sql(
                    """
                    SELECT count(*) FROM outbox_record WHERE body::jsonb ->> 'operation' = 'storage.devBranchUpdated'
                      AND body::jsonb -> 'params' ->> 'devBranchName' = 'Main'
                    """)
                .query(Long.class)
                .single())
        .isPositive();
  }

  @Test
  void othersCanNeitherBeMadeNorBeThere() {
    master.post("dev-branches", Map.of("name", "x")).assertRefused(501, "notImplemented");
    assertThat(master.delete("dev-branches/5").json(400).path("error").asString())
        .startsWith("Cannot delete Main branch");
    master.delete("dev-branches/default").assertRefused(400, "storage.validation");
    for (String id : List.of("6", "05", "main", "9".repeat(40))) {
      master.get("dev-branches/" + id).assertRefused(404, "storage.branches.notFound");
      master
          .put("dev-branches/" + id, Map.of("description", "x"))
          .assertRefused(404, "storage.branches.notFound");
      assertThat(master.delete("dev-branches/" + id).json(404).path("error").asString())
          .contains("Branch not found");
    }
  }

  @Test
  void changesAreForAdministrators() {
    Client manager = gateway.client(false, true, true);

    for (Client client : List.of(limited, manager)) {
      client.post("dev-branches", Map.of("name", "x")).assertRefused(403, "accessDenied");
      client.put("dev-branches/5", Map.of("name", "x")).assertRefused(403, "accessDenied");
      client.delete("dev-branches/5").assertRefused(403, "accessDenied");
    }
  }

  @Test
  void prefixNamesTheDefaultBranchOrNone() {
    for (String prefix : List.of("branch/default/", "branch/5/")) {
      master.get(prefix + "buckets").json(200);
      master.get(prefix + "triggers/").json(200);
      master.get(prefix + "tokens/" + master.tokenId() + "/").json(200);
      assertThat(master.get(prefix + "tokens/verify").json(200))
          .isEqualTo(master.get("tokens/verify").json(200));
    }
    for (String other : List.of("6", "5x", "main", "%20", "0005")) {
      Client.Answer answer = master.get("branch/" + other + "/buckets");
      answer.assertRefused(404, "storage.branches.notFound");
      assertThat(answer.json().path("error").asString()).contains("Branch not found");
    }
    long before = buckets();
    master
        .post("branch/6/buckets", Map.of("name", Gateway.unique("b")))
        .assertRefused(404, "storage.branches.notFound");
    assertThat(buckets()).isEqualTo(before);
  }

  private long buckets() {
    return gateway.jdbc().sql("SELECT count(*) FROM bucket").query(Long.class).single();
  }
}
