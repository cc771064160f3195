package io.penstock.storage.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.web.Params;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NewFileTest {
  private static NewFile of(Object... fields) {
    Map<String, Object> params = new HashMap<>(Map.of("name", "users.csv", "federationToken", 1));
    for (int i = 0; i < fields.length; i += 2) {
      params.put((String) fields[i], fields[i + 1]);
    }
    return NewFile.of(new Params(params, true));
  }

  private static void assertRefused(ErrorCode code, Object... fields) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> of(fields))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void defaultsArePrivatePlainAndTemporary() {
    assertThat(of())
        .isEqualTo(
            new NewFile(
                "users.csv", null, "application/octet-stream", false, false, false, List.of()));
  }

  @Test
  void nameIsSanitised() {
    assertThat(of("name", "my užers (1).csv.gz").name()).isEqualTo("my_u_ers__1_.csv.gz");
    assertRefused(ErrorCode.VALIDATION, "name", "");
    assertRefused(ErrorCode.VALIDATION, "name", "a".repeat(256));
  }

  @Test
  void longNameIsKeptAndItsEndStandsInTheKey() {
    String name = "out.c-" + "b".repeat(92) + "." + "t".repeat(92) + ".csv.gz";

    NewFile file = of("name", name);

    assertThat(file.name()).isEqualTo(name);
    assertThat(file.nameInKey()).hasSize(180).endsWith("t.csv.gz");
    assertThat(of("name", "users.csv").nameInKey()).isEqualTo("users.csv");
  }

  @Test
  void tagsAreAListWithoutDuplicates() {
    assertThat(of("tags", List.of("a", "b: c", "a")).tags()).containsExactly("a", "b: c");
    assertRefused(ErrorCode.VALIDATION, "tags", "a");
  }

  @Test
  void uploadThroughTheApiHasItsFilesNameAndTypeUnlessToldOtherwise() {
    Params none = new Params(Map.of(), false);

    NewFile file = NewFile.ofUpload(none, "my users.csv.gz", "text/csv");

    assertThat(file)
        .isEqualTo(new NewFile("my_users.csv.gz", null, "text/csv", false, true, false, List.of()));
    assertThat(NewFile.ofUpload(new Params(Map.of("name", "a"), false), "b", "").name())
        .isEqualTo("a");
  }

  @Test
  void whatIsNotOfferedIsRefused() {
    assertRefused(ErrorCode.VALIDATION, "isPublic", true);
    assertRefused(ErrorCode.VALIDATION, "federationToken", false, "isSliced", true);
    assertRefused(ErrorCode.VALIDATION, "sizeBytes", -1);
  }
}
