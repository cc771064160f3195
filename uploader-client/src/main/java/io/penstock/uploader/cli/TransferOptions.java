package io.penstock.uploader.cli;

import io.penstock.uploader.UploadRequest;
import io.penstock.uploader.UploaderClient;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** How a file gets to the server, and how patient we are. A picocli mixin. */
final class TransferOptions {
  private static final Path USUAL = Path.of("penstock", "uploads");

  @Option(
      names = "--gzip",
      description =
          "Pack the file on the way, unless its name ends in .gz. Default: sent as it is.")
  private boolean gzip;

  @Option(
      names = "--gzip-level",
      paramLabel = "1-9",
      description = "As --gzip; 1 is fast, 9 is small. Default: 6.")
  private @Nullable Integer gzipLevel;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "Longest wait for the job: 90s, 30m, 12h. Default: 12h.")
  private @Nullable Duration timeout;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description =
          "Where an upload is remembered until it is over. Default: PENSTOCK_UPLOAD_STATE, else"
              + " penstock/uploads in XDG_STATE_HOME or ~/.local/state.")
  private @Nullable Path stateDirectory;

  @Option(
      names = "--no-resume",
      description = "Remember nothing: an upload that breaks off begins anew the next time.")
  private boolean noResume;

  /** Level for {@link UploadRequest#withGzip}. */
  int gzipLevel() {
    if (gzipLevel == null) {
      return gzip ? UploadRequest.USUAL_GZIP_LEVEL : 0;
    }
    if (gzipLevel < 1 || gzipLevel > 9) {
      throw new IllegalArgumentException("--gzip-level is 1 to 9, not " + gzipLevel);
    }
    return gzipLevel;
  }

  /** The client that these options ask for. A usual place that cannot be used is only warned of. */
  UploaderClient build(
      UploaderClient.Builder client, Environment environment, PrintWriter warnings) {
    if (timeout != null) {
      client.jobLimit(timeout);
    }
    if (noResume) {
      return client.build();
    }
    String variable = environment.given("PENSTOCK_UPLOAD_STATE");
    Path asked = stateDirectory == null && variable != null ? Path.of(variable) : stateDirectory;
    if (asked != null) {
      return client.stateDirectory(asked).build();
    }
    try {
      return client.stateDirectory(usual(environment)).build();
    } catch (UncheckedIOException e) {
      warnings.println(
          "warning: " + e.getMessage() + "; if this upload breaks off, the next one begins anew");
      return client.stateDirectory(null).build();
    }
  }

  /** <a href="https://specifications.freedesktop.org/basedir-spec/latest/">XDG</a>. */
  private static Path usual(Environment environment) {
    String state = environment.given("XDG_STATE_HOME");
    return state != null && Path.of(state).isAbsolute()
        ? Path.of(state).resolve(USUAL)
        : Path.of(System.getProperty("user.home"), ".local", "state").resolve(USUAL);
  }

  /** Reads {@code 90s}, {@code 30m} and {@code 12h}; a bare number is seconds. */
  static final class TimeConverter implements ITypeConverter<Duration> {
    private static final Pattern TIME = Pattern.compile("([1-9][0-9]{0,6})([smh]?)");

    @Override
    public Duration convert(String text) {
      Matcher time = TIME.matcher(text);
      if (!time.matches()) {
        throw new IllegalArgumentException("'" + text + "' is no time: 90s, 30m or 12h");
      }
      long number = Long.parseLong(time.group(1));
      return switch (time.group(2)) {
        case "m" -> Duration.ofMinutes(number);
        case "h" -> Duration.ofHours(number);
        default -> Duration.ofSeconds(number);
      };
    }
  }
}
