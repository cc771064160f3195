package io.penstock.kill;

import io.penstock.kill.agent.KillPoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One kill to come.
 *
 * @param point null: at any moment
 */
record Kill(Mode mode, @Nullable KillPoint point) {

  /** What is killed with it. */
  enum Mode {
    ONE_SERVICE,
    WHOLE_JVM,
    EVERYTHING
  }

  /** Each point in each of the two first modes so often, in a random order. */
  static List<Kill> plan(Extent extent, Mode mode, Random random) {
    List<Kill> kills = new ArrayList<>();
    Extent.Rounds rounds = extent.rounds(mode);
    List<KillPoint> points = List.copyOf(KillPoint.OF_LOADS);
    for (int i = 0; i < rounds.perPoint(); i++) {
      for (KillPoint point : points) {
        kills.add(new Kill(mode, point));
      }
    }
    for (int i = 0; i < rounds.somePoints(); i++) {
      kills.add(new Kill(mode, points.get(random.nextInt(points.size()))));
    }
    for (int i = 0; i < rounds.anyMoment(); i++) {
      kills.add(new Kill(mode, null));
    }
    Collections.shuffle(kills, random);
    return kills;
  }

  @Override
  public String toString() {
    KillPoint at = point;
    return mode + " " + (at == null ? "at any moment" : at.label());
  }
}
