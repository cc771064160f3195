package io.penstock.bench;

import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.AuditRecord.Actor;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.model.audit.AuditRecord.Kind;
import io.penstock.model.audit.AuditRecord.Outcome;
import io.penstock.model.audit.AuditRecord.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Records of one project over ninety days, the same ones on every machine: seven in ten are calls,
 * the others events of loads; few tables have most of them.
 */
record MadeRecords(long count) {
  static final long ORGANISATION = 1;
  static final long PROJECT = 1;
  static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  static final Duration SPAN = Duration.ofDays(90);

  private static final int TABLES = 2_000;
  private static final int TOKENS = 40;
  private static final List<String> AREAS = List.of("sales", "stock", "web", "finance", "people");
  private static final List<String> NOUNS =
      List.of("orders", "customers", "invoices", "visits", "payments", "returns", "prices");
  private static final List<String> CALLS =
      List.of(
          "GET /v2/storage/tables/{table}",
          "GET /v2/storage/tables/{table}/data-preview",
          "POST /v2/storage/tables/{table}/import-async",
          "GET /v2/storage/jobs/{job}",
          "GET /v2/storage/tokens/verify");

  /** The name of a table, of which low numbers have most records. */
  static String table(int number) {
    return NOUNS.get(number % NOUNS.size()) + "_" + number;
  }

  /** The id of the table's bucket and itself. */
  static String tableId(int number) {
    return "in.c-" + AREAS.get(number % AREAS.size()) + "." + table(number);
  }

  static String token(int number) {
    return "pipeline " + AREAS.get(number % AREAS.size()) + " " + number;
  }

  /** Of a table, skewed. */
  static int tableNumber(SplittableRandom random) {
    double part = random.nextDouble();
    return (int) (TABLES * part * part * part);
  }

  static int tokenNumber(SplittableRandom random) {
    return random.nextInt(TOKENS);
  }

  /** When a record was made: evenly over the span. */
  Instant time(long number) {
    return BEGIN.plusNanos((long) ((double) SPAN.toNanos() * number / count));
  }

  /**
   * One of the records.
   *
   * @param number from 0 on
   */
  AuditRecord record(long number) {
    SplittableRandom random = new SplittableRandom(number);
    Instant time = time(number);
    int table = tableNumber(random);
    int token = tokenNumber(random);
    boolean call = random.nextInt(10) < 7;
    String operation = call ? CALLS.get(random.nextInt(CALLS.size())) : "storage.tableImportDone";
    boolean refused = random.nextInt(50) == 0;
    return new AuditRecord(
        id(time, number),
        number + 1,
        call ? Kind.CALL : Kind.EVENT,
        time,
        ORGANISATION,
        PROJECT,
        new Actor("token", Integer.toString(1_000 + token), token(token)),
        new Source("10.0.%d.%d".formatted(token, table % 250), "storage-client/1.4 python", null),
        operation,
        new AuditObject("table", tableId(table), table(table)),
        refused ? Outcome.REFUSED : Outcome.ALLOWED,
        call ? (refused ? 403 : 200) : 0,
        random.nextInt(2_000),
        Long.toString(number / 20),
        null,
        "storage",
        null,
        refused ? "error" : call ? "info" : "success",
        call
            ? operation + (refused ? ": 403 accessDenied" : ": 200")
            : "Imported table " + tableId(table),
        "",
        call
            ? Map.of("limit", random.nextInt(1_000))
            : Map.of(
                "source",
                Map.of("fileName", "%s-%d.csv.gz".formatted(table(table), number)),
                "incremental",
                random.nextBoolean()),
        call
            ? Map.of()
            : Map.of("rowsCount", random.nextInt(1_000_000), "bytes", random.nextInt(9_000_000)),
        List.of());
  }

  private static UUID id(Instant time, long number) {
    long high = time.toEpochMilli() << 16 | 0x7000 | (number & 0xFFF);
    long low = 0x8000_0000_0000_0000L | number;
    return new UUID(high, low);
  }
}
