package io.penstock.uploader.cli;

import java.time.Duration;
import java.util.Locale;

/** How progress is written: sizes in powers of ten, times to the second. */
final class ProgressText {
  private static final int SHORTEST_BAR = 8;
  private static final int LONGEST_BAR = 40;

  private ProgressText() {}

  /**
   * One line for a terminal, never longer than {@code width - 1}: writing the last column would
   * wrap in some terminals. What has no room is left out, the least important first.
   */
  static String line(int width, long sent, long total, Duration elapsed) {
    int room = Math.max(1, width - 1);
    String percent = percent(sent, total) + " %";
    String sizes = size(sent) + " of " + size(total);
    String speed = speed(sent, elapsed);
    String left = remaining(sent, total, elapsed);
    for (String text :
        new String[] {
          join(percent, sizes, speed, left),
          join(percent, sizes, speed),
          join(percent, sizes),
          percent
        }) {
      int bar = Math.min(LONGEST_BAR, room - text.length() - "sending [] ".length());
      if (bar >= SHORTEST_BAR) {
        return "sending [" + bar(bar, sent, total) + "] " + text;
      }
    }
    return percent.length() <= room ? percent : "";
  }

  static long percent(long sent, long total) {
    return total == 0
        ? 0
        : Math.min(100, Math.round(100.0 * sent / total - 0.5)); // 100 only when all is sent
  }

  static String speed(long sent, Duration elapsed) {
    double seconds = elapsed.toNanos() / 1e9;
    return seconds <= 0 ? "" : size(Math.round(sent / seconds)) + "/s";
  }

  static String remaining(long sent, long total, Duration elapsed) {
    double seconds = elapsed.toNanos() / 1e9;
    if (sent <= 0 || sent >= total || seconds < 1) {
      return "";
    }
    return time(Math.round((total - sent) * (seconds / sent))) + " left";
  }

  /** {@code 512 B}, {@code 3.4 kB}, {@code 12.0 MB}. */
  static String size(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 999.95 && unit < 4) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %sB", value, "kMGTP".charAt(unit));
  }

  /** {@code 42 s}, {@code 3 min 5 s}, {@code 2 h 10 min}. */
  static String time(long seconds) {
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return seconds / 60 + " min " + seconds % 60 + " s";
    }
    return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
  }

  private static String bar(int width, long sent, long total) {
    int full = total == 0 ? 0 : (int) Math.clamp((double) sent / total * width, 0, width);
    return "#".repeat(full) + "-".repeat(width - full);
  }

  private static String join(String... parts) {
    var text = new StringBuilder();
    for (String part : parts) {
      if (!part.isEmpty()) {
        text.append(text.isEmpty() ? "" : "  ").append(part);
      }
    }
    return text.toString();
  }
}
