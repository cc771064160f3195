package io.penstock.trail.verify;

import io.penstock.trail.Checkpoint;
import io.penstock.trail.NoteKey;
import io.penstock.trail.SignedNote;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks a whole log. Use one for one check. */
public final class LogVerifier {
  private final LogCopy copy;
  private final List<NoteKey> keys;
  private final Clock clock;
  private final List<SignedNote> known = new ArrayList<>();
  private final List<String> notices = new ArrayList<>();
  private @Nullable String origin;
  private @Nullable SearchRows searchRows;

  /**
   * @param keys those that may sign the log's checkpoints; more than one after a change of keys
   */
  public LogVerifier(LogCopy copy, Collection<NoteKey> keys, Clock clock) {
    this.copy = copy;
    this.keys = List.copyOf(keys);
    this.clock = clock;
  }

  /** The log has to be the continuation of this checkpoint, which the reader has kept. */
  public LogVerifier knowing(SignedNote checkpoint) {
    known.add(checkpoint);
    return this;
  }

  /** The log has to be the one of this origin; else any log of the keys' is one. */
  public LogVerifier of(String logOrigin) {
    origin = logOrigin;
    return this;
  }

  /** What the search shows has to be what the log says. */
  public LogVerifier comparing(SearchRows rows) {
    searchRows = rows;
    return this;
  }

  /**
   * Reads everything once.
   *
   * @throws java.io.UncheckedIOException when the log cannot be read now
   */
  public Verification verify() {
    Findings general = new Findings();
    SignedNote note;
    Checkpoint checkpoint;
    try {
      Optional<byte[]> bytes = copy.read("checkpoint");
      if (bytes.isEmpty()) {
        general.add(Finding.general(Problem.SIGNATURE, "checkpoint", "there is none"));
        return unread(null, general);
      }
      note = Notes.read(bytes.get());
      checkpoint = Checkpoint.parse(note.text());
    } catch (IllegalArgumentException e) {
      general.add(
          Finding.general(Problem.SIGNATURE, "checkpoint", "cannot be read: " + e.getMessage()));
      return unread(null, general);
    }
    Set<NoteKey> signedBy = note.verifiedBy(keys);
    if (signedBy.isEmpty()) {
      general.add(
          Finding.general(
              Problem.SIGNATURE, "checkpoint", "was not signed by a key that you gave"));
      return unread(note, general);
    }
    ofThisLog(checkpoint, signedBy, general);
    List<Checkpoint> older = known(checkpoint, general);
    newerInCopy(checkpoint, general);
    return walk(note, checkpoint, signedBy, older, general);
  }

  private static Verification unread(@Nullable SignedNote note, Findings findings) {
    return new Verification(
        note,
        null,
        Set.of(),
        Verification.Counts.NONE,
        findings.list(),
        findings.more(),
        List.of(),
        null);
  }

  private void ofThisLog(Checkpoint checkpoint, Set<NoteKey> signedBy, Findings findings) {
    if (!checkpoint.isOf(origin, signedBy)) {
      findings.add(
          Finding.general(
              Problem.FOREIGN_LOG,
              "checkpoint",
              "is of the log %s%s"
                  .formatted(checkpoint.origin(), origin == null ? "" : ", not " + origin)));
    }
  }

  private List<Checkpoint> known(Checkpoint checkpoint, Findings findings) {
    List<Checkpoint> older = new ArrayList<>();
    for (SignedNote note : known) {
      Checkpoint kept = Checkpoint.parse(note.text());
      if (note.verifiedBy(keys).isEmpty()) {
        findings.add(
            Finding.general(
                Problem.SIGNATURE,
                "your checkpoint of %d records".formatted(kept.size()),
                "was not signed by a key that you gave"));
      } else if (!kept.origin().equals(checkpoint.origin())) {
        findings.add(
            Finding.general(
                Problem.FOREIGN_LOG,
                "checkpoint",
                "is of the log %s, and yours of %s".formatted(checkpoint.origin(), kept.origin())));
      } else if (kept.size() > checkpoint.size()) {
        findings.add(
            new Finding(
                Problem.TRUNCATED,
                checkpoint.size(),
                kept.size() - 1,
                "checkpoint",
                "were there when you kept your checkpoint, and are not under this one"));
      } else {
        older.add(kept);
      }
    }
    older.sort(Comparator.comparingLong(Checkpoint::size));
    return older;
  }

  /** The checkpoint was replaced by an older one, unless the newer ones went too. */
  private void newerInCopy(Checkpoint checkpoint, Findings findings) {
    OptionalLong newest =
        Arrays.stream(copy.checkpointSizes())
            .filter(size -> size > checkpoint.size() && isSigned("checkpoints/" + size))
            .max();
    newest.ifPresent(
        size ->
            findings.add(
                Finding.growth(
                    Problem.OLDER_CHECKPOINT,
                    checkpoint.size(),
                    size - 1,
                    "checkpoint",
                    "are left out: checkpoints/%d is newer".formatted(size))));
  }

  private boolean isSigned(String path) {
    try {
      return copy.read(path)
          .map(Notes::read)
          .filter(n -> !n.verifiedBy(keys).isEmpty())
          .isPresent();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private Verification walk(
      SignedNote note,
      Checkpoint checkpoint,
      Set<NoteKey> signedBy,
      List<Checkpoint> older,
      Findings general) {
    Pass pass = pass(checkpoint, older);
    general.addAll(pass.findings);
    notices.addAll(pass.notices);
    return new Verification(
        note,
        checkpoint,
        signedBy,
        pass.counts(),
        general.list(),
        general.more(),
        notices,
        proven(checkpoint, older, pass, general));
  }

  private Pass pass(Checkpoint checkpoint, List<Checkpoint> older) {
    Pass pass = new Pass(checkpoint, older, false);
    if (!pass.walk.hasRoot() && pass.walk.isDisputed()) {
      Pass other = new Pass(checkpoint, older, true);
      pass = other.walk.hasRoot() ? other : pass;
    }
    pass.conclude(checkpoint);
    return pass;
  }

  /** What the log is proven up to, when growth explains all the rest. */
  private @Nullable Checkpoint proven(
      Checkpoint checkpoint, List<Checkpoint> older, Pass whole, Findings findings) {
    long kept = older.isEmpty() ? 0 : older.getLast().size();
    Growth growth = new Growth(copy, checkpoint, keys, kept);
    if (!growth.isPossible(findings)) {
      return null;
    }
    Checkpoint last = growth.lastBelow(findings);
    Pass part = last.equals(checkpoint) ? whole : pass(last, older);
    boolean explained =
        part.walk.hasRoot()
            && part.findings.all(f -> f.mayBeGrowth() && f.problem() != Problem.MISSING)
            && findings.all(found -> growth.explains(found, last.size()));
    Instant before = last.size() == 0 ? whole.times.oldest() : part.times.newest();
    return explained && growth.isRecent(findings, before, whole.times.newest()) ? last : null;
  }

  /** One reading of everything. */
  private final class Pass {
    final Findings findings = new Findings();
    final List<String> notices = new ArrayList<>();
    final SearchCheck search = new SearchCheck(searchRows, clock.instant(), findings);
    final Times times = new Times();
    final EntryWatch entries = new EntryWatch(clock, findings, this::read);
    final ValueWatch values = new ValueWatch(copy, findings);
    final RootWatch roots;
    final SegmentWalk segments;
    final LogWalk walk;
    final boolean believeBundles;
    long searched;

    Pass(Checkpoint checkpoint, List<Checkpoint> older, boolean believeBundles) {
      roots = new RootWatch(copy, checkpoint, keys, older, findings);
      segments = new SegmentWalk(copy, checkpoint.size(), findings, notices);
      this.believeBundles = believeBundles;
      walk =
          new LogWalk(
              copy,
              checkpoint,
              believeBundles,
              findings,
              entries::accept,
              List.of(roots, segments));
      walk.run();
    }

    private void read(long index, Entry entry) {
      search.entry(index, entry);
      values.accept(index, entry);
      times.saw(entry.time());
    }

    void conclude(Checkpoint checkpoint) {
      if (!walk.hasRoot() && !walk.hasHoles()) {
        roots.contradict(checkpoint.size(), "checkpoint");
      }
      values.finish();
      if (entries.hasSuspects()) {
        lookAgain(checkpoint);
      }
      searched = search.compare(checkpoint.size(), notices::add);
    }

    /** The keeper may show other files the second time: they have to lead to the root as well. */
    private void lookAgain(Checkpoint checkpoint) {
      Findings again = new Findings();
      LogWalk second =
          new LogWalk(
              copy, checkpoint, believeBundles, again, entries.secondLook()::accept, List.of());
      second.run();
      if (walk.hasRoot() && !second.hasRoot()) {
        again.add(
            Finding.general(
                Problem.CHECKPOINT,
                "checkpoint",
                "is not what a second reading of the log led to"));
      }
      findings.addNew(again);
    }

    Verification.Counts counts() {
      return new Verification.Counts(
          walk.hashed(),
          walk.tiles(),
          walk.bundles(),
          segments.read(),
          values.read(),
          roots.compared(),
          searched);
    }
  }
}
