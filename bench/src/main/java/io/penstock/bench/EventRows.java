package io.penstock.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Deterministic CSV rows (RFC 4180, UTF-8, LF): 8 columns, about 122 bytes a row. Every hundredth
 * row has a text with doubled quotes, commas, letters beyond ASCII and a line break; a third of the
 * others are quoted because of a comma. A row depends on its id alone, so that any range of ids can
 * be written by itself, and the same arguments give the same bytes on every machine.
 */
final class EventRows {
  /** Columns in their order; the first is the key. */
  static final List<String> COLUMNS =
      List.of("id", "session_id", "created_at", "event_type", "country", "amount", "note", "sku");

  private static final String[] WORDS =
      ("order invoice paid shipped refund basket coupon north south depot carrier parcel late early"
              + " customer premium trial renewal export import daily weekly report batch manual review urgent"
              + " standard express return damaged replaced")
          .split(" ", -1);
  private static final String[] TYPES = {
    "page_view", "add_to_cart", "checkout", "payment", "refund", "login", "logout", "search"
  };
  private static final String[] COUNTRIES = {
    "CZ", "DE", "US", "GB", "FR", "PL", "SK", "AT", "JP", "BR", "IN", "ES"
  };
  private static final String[] NASTY = {
    "says \"\"ship it, now\"\"\nsecond line, žluťoučký kůň",
    "Größe \"\"XL\"\", naïve café\n— ok",
    "日本語, \"\"引用\"\"\n改行",
    "emoji 🚚, \"\"fast\"\"\n\nblank line before"
  };
  private static final int[] DAYS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  private static final List<String> DATES = dates();

  private static final long SEED = 1;

  /** Changed rows differ from the ones they replace in every column but the key. */
  private static final long CHANGED_SEED = SEED + 99;

  private EventRows() {}

  static String header() {
    return String.join(",", COLUMNS) + "\n";
  }

  /** Rows with the ids {@code from} to {@code to}, both included; without a header. */
  static void write(OutputStream out, long from, long to) throws IOException {
    BufferedOutputStream buffered = new BufferedOutputStream(out, 1 << 18);
    StringBuilder row = new StringBuilder(256);
    for (long id = from; id <= to; id++) {
      append(row, id, SEED);
      flush(row, buffered);
    }
    buffered.flush();
  }

  /**
   * Rows for an upsert into the ids 1 to {@code base}: every other row has an id spread over those,
   * the rest have new ids.
   */
  static void writeChanges(OutputStream out, long rows, long base) throws IOException {
    BufferedOutputStream buffered = new BufferedOutputStream(out, 1 << 18);
    StringBuilder row = new StringBuilder(256);
    long half = Math.max(1, rows / 2);
    for (long k = 0; k < rows; k++) {
      long id = k % 2 == 0 ? 1 + (k / 2) * (base / half) : base + 1 + k / 2;
      append(row, id, CHANGED_SEED);
      flush(row, buffered);
    }
    buffered.flush();
  }

  private static void flush(StringBuilder row, OutputStream out) throws IOException {
    out.write(row.toString().getBytes(StandardCharsets.UTF_8));
    row.setLength(0);
  }

  private static void append(StringBuilder row, long id, long seed) {
    long r = mixed(id * 2 + seed);
    long q = mixed(id * 2 + 1 + seed);
    row.append(id).append(',');
    String hex = Long.toHexString(q);
    row.repeat('0', 16 - hex.length()).append(hex).append(',');
    time(row, r);
    row.append(',').append(TYPES[(int) (r >>> 36) & 7]);
    row.append(',').append(COUNTRIES[(int) ((r >>> 44) % 12)]);
    row.append(',').append((r >>> 48) % 5000).append('.');
    padded(row, (q >>> 40) % 100, 2);
    row.append(',');
    note(row, id, r, q);
    row.append(",sku-");
    padded(row, (q >>> 30) % 900_000, 6);
    row.append('\n');
  }

  private static void time(StringBuilder row, long r) {
    long second = (r >>> 9) % 86_400;
    row.append(DATES.get((int) Long.remainderUnsigned(r, 365))).append(' ');
    padded(row, second / 3600, 2);
    row.append(':');
    padded(row, second / 60 % 60, 2);
    row.append(':');
    padded(row, second % 60, 2);
    row.append('.');
    padded(row, (r >>> 26) % 1000, 3);
  }

  private static void note(StringBuilder row, long id, long r, long q) {
    if (id % 100 == 7) {
      row.append('"');
      words(row, q, 0, 4);
      row.append(' ').append(NASTY[(int) (r >>> 40) & 3]).append('"');
    } else if (Long.remainderUnsigned(q, 3) == 0) {
      row.append('"');
      words(row, q, 0, 3);
      row.append(", ");
      words(row, q, 3, 6);
      row.append('"');
    } else {
      words(row, q, 0, 6);
    }
  }

  private static void words(StringBuilder row, long q, int from, int to) {
    for (int i = from; i < to; i++) {
      row.append(i == from ? "" : " ").append(WORDS[(int) (q >>> (5 * i)) & 31]);
    }
  }

  private static void padded(StringBuilder row, long number, int digits) {
    long bound = 10;
    for (int i = 1; i < digits; i++, bound *= 10) {
      if (number < bound) {
        row.repeat('0', digits - i);
        break;
      }
    }
    row.append(number);
  }

  /**
   * The finaliser of <a href="https://prng.di.unimi.it/splitmix64.c">SplitMix64</a>: one number a
   * row, whatever the order.
   */
  private static long mixed(long x) {
    x += 0x9E3779B97F4A7C15L;
    x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }

  private static List<String> dates() {
    List<String> dates = new ArrayList<>();
    for (int month = 1; month <= 12; month++) {
      for (int day = 1; day <= DAYS[month - 1]; day++) {
        dates.add(String.format(Locale.ROOT, "2024-%02d-%02d", month, day));
      }
    }
    return dates;
  }
}
