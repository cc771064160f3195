package io.penstock.storage.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AddressesTest {
  private static final String HERE = "https://here.test:8443";
  private static final String THERE = "http://127.0.0.1:8080";

  @Test
  void ownAddressesAreStoredWithoutTheirHostAndToldByTheOneThatIsAsked() {
    Map<String, Object> shown =
        Map.of(
            "uri",
            HERE + "/v2/storage/tables/in.c-a.t",
            "bucket",
            Map.of(
                "uri",
                HERE + "/v2/storage/buckets/in.c-a",
                "tables",
                HERE + "/v2/storage/buckets/in.c-a/tables"),
            "items",
            List.of(Map.of("uri", HERE + "/v2/storage/files/1"), "text"));

    Map<String, Object> stored = Addresses.relative(shown, HERE);

    assertThat(stored.toString()).doesNotContain("here.test");
    assertThat(Addresses.absolute(stored, HERE)).isEqualTo(shown);
    assertThat(Addresses.absolute(stored, THERE).get("bucket"))
        .isEqualTo(
            Map.of(
                "uri",
                THERE + "/v2/storage/buckets/in.c-a",
                "tables",
                THERE + "/v2/storage/buckets/in.c-a/tables"));
  }

  @Test
  void whatIsNoAddressOfOursStaysAsItIs() {
    Map<String, Object> other =
        Map.of(
            "uri",
            "https://elsewhere.test/v2/storage/x",
            "name",
            "/v2/storage/x",
            "columnMetadata",
            Map.of("uri", List.of("/v2/storage/x")));

    assertThat(Addresses.absolute(other, HERE)).isEqualTo(other);
    assertThat(Addresses.relative(other, HERE)).isEqualTo(other);
  }
}
