package io.penstock.importer.load;

import io.penstock.importer.csv.CsvProblem;
import io.penstock.importer.csv.CsvProblem.Kind;
import io.penstock.importer.csv.FieldValue;
import io.penstock.model.job.BaseType;
import io.penstock.model.job.ColumnType;
import io.penstock.warehouse.CatalogueColumn;
import io.penstock.warehouse.ColumnSql;
import io.penstock.warehouse.ColumnValues;
import io.penstock.warehouse.RowTimes;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the values of a file that a typed table refuses, and those that are no {@link RowTimes
 * times of rows}. What is {@link PlainValues plain} passes; of everything else PostgreSQL itself is
 * asked, many values at a time, so that its rules are never told anew here. Belongs to one thread.
 */
final class ValueCheck {
  private static final int AT_ONCE = 1000;
  private static final long BYTES_AT_ONCE = 1 << 20;
  private static final int SHOWN = 40;
  private static final String OUT_OF_RANGE = "22003";
  private static final String TOO_LONG = "22001";

  private final Connection connection;
  private final byte @Nullable [] nullValue;
  private final List<Suspect> suspects = new ArrayList<>();
  private List<Rule> rules = List.of();
  private boolean typed;
  private long bytes;

  /**
   * @param nullValue what stands for NULL; null: nothing does
   */
  ValueCheck(Connection connection, @Nullable String nullValue) {
    this.connection = connection;
    this.nullValue = nullValue == null ? null : nullValue.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * A refused value.
   *
   * @param problem with the value in its cause, for those who may see the data
   * @param reason the same without the value, for a message that goes anywhere
   */
  record Refusal(CsvProblem problem, String reason) {}

  /** What a column asks of its values; digits of a NUMERIC, characters of a STRING. */
  private record Rule(@Nullable ColumnType type, String sql, int whole, int fraction, long most) {
    private static final Pattern DIGITS = Pattern.compile("numeric\\((\\d+),(\\d+)\\)");
    private static final Pattern CHARACTERS = Pattern.compile("varchar\\((\\d+)\\)");

    static Rule of(CatalogueColumn column) {
      String sql = ColumnSql.type(column);
      Matcher digits = DIGITS.matcher(sql);
      Matcher characters = CHARACTERS.matcher(sql);
      int fraction = digits.matches() ? Integer.parseInt(digits.group(2)) : 0;
      int whole = digits.matches() ? Integer.parseInt(digits.group(1)) - fraction : 0;
      long most = characters.matches() ? Long.parseLong(characters.group(1)) : Long.MAX_VALUE;
      return new Rule(column.type(), sql, whole, fraction, most);
    }

    /** Of the field with the rows' times, which may be empty. */
    static Rule ofTime() {
      var time = new ColumnType(BaseType.TIMESTAMP, null, true, null);
      return new Rule(time, RowTimes.TYPE, 0, 0, Long.MAX_VALUE);
    }

    boolean isTime() {
      return sql.equals(RowTimes.TYPE);
    }

    boolean passes(FieldValue value) {
      if (type == null || type.base() == BaseType.STRING) {
        return value.characters() <= most;
      }
      return PlainValues.isPlain(type.base(), whole, fraction, value.array(), value.length());
    }
  }

  /** A value to ask about; {@code known}: what is wrong with it is known already. */
  private record Suspect(
      CsvProblem place, ColumnType type, String sql, String text, @Nullable String known) {}

  /** The fields of the records that come. */
  void expect(ColumnPlan plan) {
    List<Rule> all = new ArrayList<>(plan.file().stream().map(Rule::of).toList());
    if (plan.hasTimes()) {
      all.add(plan.timeField() - 1, Rule.ofTime());
    }
    rules = all;
    typed = plan.file().stream().anyMatch(CatalogueColumn::typed);
  }

  /** Takes one value. */
  void look(FieldValue value) {
    if (value.column() > rules.size()) {
      return; // a record with too many fields, which is told elsewhere
    }
    Rule rule = rules.get((int) value.column() - 1);
    ColumnType type = rule.type();
    if (type == null) {
      return;
    }
    if (rule.isTime() ? isTimeLeftOut(value) : isNull(value)) {
      if (!type.nullable()) {
        suspect(value, type, rule.sql(), " means NULL, which the column does not take");
      }
    } else if (!rule.passes(value)) {
      suspect(value, type, rule.sql(), value.isCut() ? tooLong(type) : null);
    }
  }

  /** Whether it is time to {@link #ask}: memory is bounded. */
  boolean isFull() {
    return suspects.size() >= AT_ONCE || bytes >= BYTES_AT_ONCE;
  }

  /** What is refused of the values taken since the last time, in their order. */
  List<Refusal> ask() throws SQLException {
    List<Suspect> unknown = suspects.stream().filter(each -> each.known() == null).toList();
    List<Optional<String>> states =
        ColumnValues.refusals(
            connection,
            unknown.stream().map(Suspect::text).toList(),
            unknown.stream().map(Suspect::sql).toList());
    List<Refusal> refused = new ArrayList<>();
    int asked = 0;
    for (Suspect suspect : suspects) {
      String reason = suspect.known();
      if (reason == null) {
        reason = states.get(asked++).map(state -> reason(state, suspect)).orElse(null);
      }
      if (reason != null) {
        refused.add(refusal(suspect, reason));
      }
    }
    suspects.clear();
    bytes = 0;
    return refused;
  }

  /** In an untyped table nothing stands for NULL. */
  private boolean isTimeLeftOut(FieldValue value) {
    return value.length() == 0 || (typed && isNull(value));
  }

  private boolean isNull(FieldValue value) {
    byte[] expected = nullValue;
    if (expected == null || value.isCut() || value.length() != expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (value.array()[i] != expected[i]) {
        return false;
      }
    }
    return true;
  }

  private void suspect(FieldValue value, ColumnType type, String sql, @Nullable String known) {
    String text = new String(value.array(), 0, value.length(), StandardCharsets.UTF_8);
    if (text.indexOf('\0') >= 0) {
      return; // no text at all, which is told elsewhere
    }
    Kind kind = type.nullable() || !isNull(value) ? Kind.WRONG_VALUE : Kind.NO_VALUE;
    CsvProblem place =
        new CsvProblem(
            kind,
            value.record(),
            value.line(),
            value.column(),
            value.offset(),
            "",
            value.snippet());
    suspects.add(new Suspect(place, type, sql, text, known));
    bytes += value.length();
  }

  private static String reason(String state, Suspect suspect) {
    if (suspect.sql().equals(RowTimes.TYPE)) {
      return " is no time such as 2030-01-31T12:00:00Z or 2030-01-31 12:00:00";
    }
    ColumnType type = suspect.type();
    return switch (state) {
      case OUT_OF_RANGE -> " is out of the range of " + ColumnValues.named(type);
      case TOO_LONG -> tooLong(type);
      default -> " is not " + ColumnValues.named(type);
    };
  }

  private static String tooLong(ColumnType type) {
    return " is too long for " + ColumnValues.named(type);
  }

  private static Refusal refusal(Suspect suspect, String reason) {
    CsvProblem place = suspect.place();
    String text = suspect.text().replaceAll("\\p{Cntrl}", " ");
    int cut = text.offsetByCodePoints(0, Math.min(SHOWN, text.codePointCount(0, text.length())));
    String shown = cut < text.length() ? text.substring(0, cut) + "…" : text;
    CsvProblem problem =
        new CsvProblem(
            place.kind(),
            place.record(),
            place.line(),
            place.column(),
            place.offset(),
            "\"" + shown + "\"" + reason,
            place.snippet());
    return new Refusal(problem, "the value" + reason);
  }
}
