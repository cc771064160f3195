package io.penstock.quickstart;

import java.util.Map;

/**
 * The log of a platform in the background: JSON lines without secrets, a file a day, kept for two
 * weeks. What a process says beside its log (before the first service starts, or when the JVM
 * crashes) is in a file of its own, made anew with each start.
 */
final class LogFiles {
  static final int DAYS = 14;

  private LogFiles() {}

  /** To be called before the first service starts: all in one process share one log. */
  static void use(Home home) {
    settings(home).forEach(System::setProperty);
  }

  static Map<String, String> settings(Home home) {
    return Map.of(
        "logging.console.enabled", "false",
        "logging.file.name", home.log().toString(),
        "logging.structured.format.file", "logstash",
        "logging.logback.rollingpolicy.file-name-pattern", "${LOG_FILE}.%d{yyyy-MM-dd}.%i.gz",
        "logging.logback.rollingpolicy.max-file-size", "100MB",
        "logging.logback.rollingpolicy.max-history", Integer.toString(DAYS),
        "logging.logback.rollingpolicy.clean-history-on-start", "true");
  }
}
