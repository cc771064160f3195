package io.penstock.audit.keep;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;

/** Ids that follow no trail yet. */
public final class TestIds {

  private TestIds() {}

  public static KeptIds open(Path directory) {
    KeptIds ids = new KeptIds(directory, "trail", Clock.systemUTC());
    ids.open(Set.of());
    return ids;
  }
}
