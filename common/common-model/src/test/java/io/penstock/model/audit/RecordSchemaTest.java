package io.penstock.model.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What auditors are told of the schema is what is written. */
class RecordSchemaTest {
  private static final Pattern WORD = Pattern.compile("`([^`]+)`");

  private final String page = page();

  @Test
  void everyMemberIsDescribedAndNoOther() {
    Set<String> described = firstCells("## Members");

    assertThat(described).isEqualTo(names(AuditRecord.class));
    assertThat(cell("`actor`")).isEqualTo(names(AuditRecord.Actor.class));
    assertThat(cell("`source`")).isEqualTo(names(AuditRecord.Source.class));
    assertThat(cell("`object`")).isEqualTo(names(AuditRecord.AuditObject.class));
  }

  @Test
  void everyKindIsDescribed() {
    assertThat(firstCells("## What is recorded"))
        .isEqualTo(
            new TreeSet<>(
                Arrays.stream(AuditRecord.Kind.values()).map(AuditRecord.Kind::name).toList()));
  }

  @Test
  void versionIsTheOneThatIsWritten() {
    assertThat(page).startsWith("# Audit records, schema version " + AuditRecord.SCHEMA + "\n");
  }

  /** Words in the first cells of the section's first table. */
  private Set<String> firstCells(String heading) {
    Set<String> found = new TreeSet<>();
    boolean inside = false;
    for (String line : page.substring(page.indexOf(heading)).lines().toList()) {
      if (line.startsWith("|")) {
        inside = true;
        found.addAll(words(line.split("\\|", -1)[1]));
      } else if (inside) {
        return found;
      }
    }
    return found;
  }

  /** Words in the second cell of the row that begins so. */
  private Set<String> cell(String first) {
    String row =
        page.lines().filter(line -> line.startsWith("| " + first + " |")).findFirst().orElseThrow();
    return new TreeSet<>(words(row.split("\\|", -1)[2]));
  }

  private static List<String> words(String text) {
    return WORD.matcher(text).results().map(match -> match.group(1)).toList();
  }

  private static Set<String> names(Class<? extends Record> type) {
    return new TreeSet<>(
        Arrays.stream(Objects.requireNonNull(type.getRecordComponents()))
            .map(RecordComponent::getName)
            .toList());
  }

  /** Wherever the tests are run from. */
  private static String page() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path file = folder.resolve("docs/audit-records.md");
      if (Files.exists(file)) {
        try {
          return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      }
    }
    throw new IllegalStateException("docs/audit-records.md is not there");
  }
}
