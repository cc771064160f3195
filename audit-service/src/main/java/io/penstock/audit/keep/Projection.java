package io.penstock.audit.keep;

/**
 * What follows the trails: takes their segments one after the other. It may lag behind what is
 * durable after a restart, never during an append. Throws {@link
 * io.penstock.model.PlatformException} {@code UNAVAILABLE} while it cannot answer.
 */
public interface Projection {

  /** The index that the trail's next segment begins with, as far as applied. */
  long next(Trail trail);

  /**
   * Takes the trail's next segment. Segments of one trail come one at a time, those of several at
   * once.
   */
  void apply(Segment segment);
}
