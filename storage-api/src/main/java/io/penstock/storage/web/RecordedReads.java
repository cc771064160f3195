package io.penstock.storage.web;

import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Reads an answer while its call is recorded, instead of before: for routes whose caller is only
 * remembered ({@link Allow#comparedByHandler}), and which answer 200 or refuse. Thread-safe.
 */
@Component
public class RecordedReads {
  private final Gate gate;

  RecordedReads(Gate gate) {
    this.gate = gate;
  }

  /**
   * The answer to the call of this thread, which is recorded with 200 when this returns something.
   *
   * @return empty where nothing was found, which may be recorded all the same, or where the
   *     caller's revocation counter is not the remembered one: then nothing is recorded. In both
   *     cases the caller has to be resolved
   * @throws io.penstock.model.PlatformException when the call could not be recorded
   */
  public <T> Optional<T> ok(Supplier<Optional<T>> reading) {
    return gate.passWhile(Call.current(), 200, reading);
  }
}
