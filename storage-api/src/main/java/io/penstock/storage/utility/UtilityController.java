package io.penstock.storage.utility;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Params;
import io.penstock.warehouse.ColumnNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tickets and names (chapter 2.1). */
@RestController
@RequestMapping("/v2/storage")
class UtilityController {
  private static final int MOST_NAMES = 5000;

  private final Changes changes;
  private final JdbcClient jdbc;

  UtilityController(Changes changes, JdbcClient jdbc) {
    this.changes = changes;
    this.jdbc = jdbc;
  }

  /** A number above all before it; text, because clients decode text. */
  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/tickets")
  ResponseEntity<Object> ticket() {
    long ticket =
        changes.commit(201, () -> jdbc.sql("SELECT nextval('ticket')").query(Long.class).single());
    return Answers.created(Map.of("id", Long.toString(ticket)));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/webalize/display-name")
  ResponseEntity<Object> displayName(Params params) {
    return Answers.ok(Map.of("displayName", DisplayNames.of(params.text("displayName", ""))));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/webalize/column-names")
  ResponseEntity<Object> columnNames(Params params) {
    return Answers.ok(
        Map.of("columnNames", names(params).stream().map(ColumnNames::clean).toList()));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/validate/column-names")
  ResponseEntity<Object> validate(Params params) {
    List<String> problems = new ArrayList<>();
    for (String name : names(params)) {
      String shown = name.length() > 70 ? name.substring(0, 70) + "…" : name;
      ColumnNames.problem(name)
          .ifPresent(problem -> problems.add("\"%s\" %s".formatted(shown, problem)));
    }
    return problems.isEmpty() ? Answers.noContent() : Answers.unprocessable(problems);
  }

  private static List<String> names(Params params) {
    if (!params.has("columnNames")) {
      throw new PlatformException(ErrorCode.VALIDATION, "columnNames must be a list of names");
    }
    List<String> names = params.list("columnNames");
    if (names.size() > MOST_NAMES) {
      throw new PlatformException(
          ErrorCode.VALIDATION, "columnNames may have %d names at most".formatted(MOST_NAMES));
    }
    return names;
  }
}
