package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.job.TimeTexts;
import java.time.Clock;
import java.time.Instant;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** Jobs are listed by the same times as changes are asked for: see {@link TimeText}. */
@Component
class JobTimes implements TimeTexts {
  /** A plus sign that was not percent-encoded in a query string arrives as a space. */
  private static final Pattern LOST_PLUS =
      Pattern.compile("(:\\d{2}(?:\\.\\d+)?) (\\d{2}:?\\d{2})$");

  private final Clock clock;

  JobTimes(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Instant read(String parameter, String text) {
    String restored = LOST_PLUS.matcher(text.trim()).replaceFirst("$1+$2");
    try {
      return TimeText.parse(parameter, restored, clock.instant());
    } catch (PlatformException e) {
      throw new PlatformException(ErrorCode.VALIDATION, e.text(), e);
    }
  }
}
