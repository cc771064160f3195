package io.penstock.importer.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.penstock.importer.load.SliceManifest.Slice;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SliceManifestTest {
  private static List<Slice> read(String json) {
    return SliceManifest.read(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void entriesAreToldInTheirOrderWhateverElseStandsThere() {
    assertThat(
            read(
                """
                {"version": {"entries": [1]}, "entries": [
                  {"url": "s3://b/k2", "mandatory": false, "meta": {"url": "no", "list": [{}]}},
                  {"mandatory": "false", "url": "s3://b/k1"},
                  {"url": "s3://b/k3", "mandatory": null}], "more": [[[]]]}
                """))
        .containsExactly(
            new Slice("s3://b/k2", false),
            new Slice("s3://b/k1", false),
            new Slice("s3://b/k3", true));
    assertThat(read("{\"entries\":[]}")).isEmpty();
    assertThat(read("{\"entries\":[{\"url\":\"a\"}],\"entries\":[{\"url\":\"b\"}]}"))
        .containsExactly(new Slice("b", true));
  }

  @Test
  void entryWithoutAUrlIsOneOfNothing() {
    assertThat(read("{\"entries\":[7,null,[{\"url\":\"x\"}],{},{\"url\":{\"a\":1}}]}"))
        .hasSize(5)
        .containsOnly(new Slice("", true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "7",
        "{}",
        "{\"entries\":7}",
        "{\"entries\":[]} []",
        "{\"entries\":[",
        "{\"entries\":[],\"entries\":{}}",
        "{\"entries\":[{\"url\":\"x\"}"
      })
  void whatIsNoManifestIsRefused(String json) {
    assertThatIllegalArgumentException().isThrownBy(() -> read(json));
  }

  @Test
  void entriesHaveALimit() {
    String most = "0,".repeat(SliceManifest.MAX_SLICES - 1) + "0";
    assertThat(read("{\"entries\":[" + most + "]}")).hasSize(SliceManifest.MAX_SLICES);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("{\"entries\":[" + most + ",0]}"))
        .withMessageContaining("100,000");
    String other = "{\"other\":[" + "0,".repeat(4_000_000) + "0],\"entries\":[{\"url\":\"x\"}]}";
    assertThat(read(other)).containsExactly(new Slice("x", true));
  }
}
