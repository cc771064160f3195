package io.penstock.bench;

import java.util.Optional;

/** An export to gzip files through the platform. */
final class PathExport implements Side {
  private final Bed bed;
  private long file;
  private Client.@org.jspecify.annotations.Nullable Exported exported;

  PathExport(Bed bed) {
    this.bed = bed;
  }

  @Override
  public String name() {
    return "penstock";
  }

  @Override
  public String what() {
    return "from POST export-async with gzip=1 until the job is seen to be a success, polled every %d ms"
        .formatted(PathLoad.POLL.toMillis());
  }

  @Override
  public void prepare() {}

  @Override
  public void run() throws Exception {
    file = bed.client().export(PathLoad.TABLE);
  }

  @Override
  public Optional<Content> verify() throws Exception {
    Client.Exported seen = bed.client().download(file);
    exported = seen;
    return Optional.of(seen.content());
  }

  /** What the last run wrote. */
  Client.Exported exported() {
    Client.Exported last = exported;
    if (last == null) {
      throw new IllegalStateException("nothing was exported yet");
    }
    return last;
  }

  @Override
  public void clear() throws Exception {
    bed.client().deleteFile(file);
  }
}
