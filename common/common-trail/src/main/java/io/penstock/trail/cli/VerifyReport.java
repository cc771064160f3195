package io.penstock.trail.cli;

import io.penstock.model.Json;
import io.penstock.trail.Checkpoint;
import io.penstock.trail.NoteKey;
import io.penstock.trail.verify.Finding;
import io.penstock.trail.verify.LogCopy;
import io.penstock.trail.verify.Verification;
import io.penstock.trail.verify.Verification.Counts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code audit verify} prints.
 *
 * @param kept how many checkpoints the reader had
 * @param searched whether the search was compared
 */
record VerifyReport(LogCopy log, Verification result, int kept, boolean searched) {

  String text() {
    List<String> lines = new ArrayList<>();
    Checkpoint checkpoint = result.checkpoint();
    if (checkpoint != null) {
      lines.add(
          "%s: %,d records, root %s"
              .formatted(
                  Texts.printable(checkpoint.origin()),
                  checkpoint.size(),
                  checkpoint.root().base64()));
      lines.add("signed by " + String.join(", ", signers()));
      lines.add(looked(result.counts()));
    }
    notices().forEach(notice -> lines.add("note: " + notice));
    if (result.verified()) {
      lines.add("VERIFIED");
    } else {
      lines.addAll(verdict());
      result.findings().forEach(found -> lines.add("  " + Texts.printable(found.line())));
      if (result.more() > 0) {
        lines.add("  and %,d more".formatted(result.more()));
      }
    }
    return String.join(System.lineSeparator(), lines);
  }

  private List<String> verdict() {
    Checkpoint proven = result.proven();
    if (proven == null) {
      return List.of("NOT VERIFIED" + first());
    }
    return List.of(
        "NOT DECIDED: the first %,d records are proven; the rest may be missing because"
            .formatted(proven.size()),
        "this copy was made while the log grew: copy again, checkpoint first (the folder"
            + " checkpoints before it, the rest behind it), and give --known the newest checkpoint"
            + " of this copy. What is still missing then was taken away:");
  }

  private static String looked(Counts counts) {
    return "read %,d entries, %,d bundles, %,d tiles, %,d segments, %,d values, %,d checkpoints; %,d rows of the search"
        .formatted(
            counts.entries(),
            counts.bundles(),
            counts.tiles(),
            counts.segments(),
            counts.values(),
            counts.checkpoints(),
            counts.searched());
  }

  private String first() {
    return result
        .firstRecord()
        .map(
            found ->
                "; the first record concerned is %d (%s)"
                    .formatted(found.first(), found.problem().word()))
        .orElse("");
  }

  private List<String> signers() {
    return result.signedBy().stream().map(VerifyReport::shortly).toList();
  }

  static String shortly(NoteKey key) {
    return "%s+%08x".formatted(key.name(), key.id());
  }

  private List<String> notices() {
    List<String> notices = new ArrayList<>(result.notices());
    if (!log.hasBundles()) {
      notices.add(
          searched
              ? "only the entries of the token's own project could be read"
              : "this token reads no entries, so only hashes were checked; a master token reads its"
                  + " project's");
    }
    if (kept == 0) {
      notices.add(
          "no checkpoint of yours to compare with: whoever has the key could have written the log"
              + " anew (--known, --save-checkpoint)");
    }
    return notices;
  }

  String json() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    Checkpoint checkpoint = result.checkpoint();
    json.put("verified", result.verified());
    json.put("copyAgain", result.mayHaveGrown());
    json.put("proven", provenSize());
    json.put("place", log.place());
    json.put("origin", checkpoint == null ? null : checkpoint.origin());
    json.put("size", checkpoint == null ? null : checkpoint.size());
    json.put("root", checkpoint == null ? null : checkpoint.root().base64());
    json.put("signedBy", signers());
    json.put("read", result.counts());
    json.put("firstRecord", result.firstRecord().map(Finding::first).orElse(null));
    json.put("findings", result.findings().stream().map(VerifyReport::members).toList());
    json.put("moreFindings", result.more());
    json.put("notices", notices());
    return Json.write(json);
  }

  private @Nullable Long provenSize() {
    Checkpoint proven = result.verified() ? result.checkpoint() : result.proven();
    return proven == null ? null : proven.size();
  }

  private static Map<String, @Nullable Object> members(Finding found) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    boolean general = found.first() == Finding.NO_RECORD;
    json.put("problem", found.problem().word());
    json.put("first", general ? null : found.first());
    json.put("last", general ? null : found.last());
    json.put("place", found.place());
    json.put("text", found.text());
    return json;
  }
}
