package io.penstock.storage.web;

import io.penstock.storage.record.Question;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Reads an answer on the journey that records its call: for routes whose caller is only remembered
 * ({@link Allow#comparedByHandler}), and which answer 200 or refuse. Thread-safe.
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
   * @param key of the question
   * @return empty where the caller's revocation counter is not the remembered one: then nothing is
   *     recorded, and the caller has to be resolved. Or where nothing was read, although the call
   *     is recorded: then it has to be read alone
   * @throws io.penstock.model.PlatformException when the call could not be recorded
   */
  public <V> Optional<V> ok(Question<V> question, long key) {
    return gate.passAsking(Call.current(), 200, question, key);
  }
}
