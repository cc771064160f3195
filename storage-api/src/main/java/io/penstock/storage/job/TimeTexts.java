package io.penstock.storage.job;

import java.time.Instant;

/** Reads the times that jobs are listed by; implemented by the feature that reads times. */
public interface TimeTexts {

  /**
   * @param parameter named in the refusal
   * @throws io.penstock.model.PlatformException {@code VALIDATION} for what is no time
   */
  Instant read(String parameter, String text);
}
