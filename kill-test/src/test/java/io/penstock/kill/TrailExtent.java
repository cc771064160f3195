package io.penstock.kill;

import io.penstock.kill.agent.KillPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * How much is done to the audit trail.
 *
 * @param seed of calls, kills and delays; the moments of threads and processes are nobody's to
 *     repeat
 * @param calls at least so many are answered
 * @param limit longer is a failure
 */
record TrailExtent(boolean isLong, long seed, int calls, Duration limit) {
  static final int CLIENTS = 16;
  static final int AUDIT_SERVICES = 2;

  static TrailExtent ofProperties() {
    boolean isLong = Boolean.getBoolean("kill.long");
    long seed = Long.getLong("kill.seed", System.nanoTime() & 0xffffffffL);
    int calls = Integer.getInteger("kill.calls", isLong ? 100_000 : 5_000);
    return new TrailExtent(isLong, seed, calls, Duration.ofMinutes(isLong ? 60 : 12));
  }

  /** For each audit-service: in short each point once, in one of them. */
  List<List<Kill>> killsOfAuditServices(Random random) {
    List<List<Kill>> plans = new ArrayList<>();
    for (int i = 0; i < AUDIT_SERVICES; i++) {
      plans.add(new ArrayList<>());
    }
    List<KillPoint> points = new ArrayList<>(KillPoint.OF_THE_TRAIL);
    Collections.shuffle(points, random);
    for (int round = 0; round < (isLong ? 6 : 1); round++) {
      for (int i = 0; i < points.size(); i++) {
        plans.get((round + i) % AUDIT_SERVICES).add(new Kill(Kill.Mode.ONE_SERVICE, points.get(i)));
      }
    }
    for (int i = 0; i < (isLong ? 12 : 1); i++) {
      plans.get((points.size() + i) % AUDIT_SERVICES).add(new Kill(Kill.Mode.ONE_SERVICE, null));
    }
    plans.forEach(plan -> Collections.shuffle(plan, random));
    return plans;
  }

  List<Kill> killsOfStorageApi() {
    return Collections.nCopies(isLong ? 8 : 1, new Kill(Kill.Mode.ONE_SERVICE, null));
  }

  /** How often the queues forget everything. */
  int queueKills() {
    return isLong ? 8 : 1;
  }
}
