package io.penstock.trail.verify;

import java.util.Locale;

/** What can be wrong with a log. */
public enum Problem {
  /** No checkpoint, or one that no given key has signed. */
  SIGNATURE,
  /** A checkpoint of another log. */
  FOREIGN_LOG,
  /** A newer checkpoint is known. */
  OLDER_CHECKPOINT,
  /** The log ends before the end that was signed. */
  TRUNCATED,
  /** The log begins otherwise than it began when a checkpoint was kept. */
  REWRITTEN,
  /** The checkpoint names another root than the log has. */
  CHECKPOINT,
  /** A record is not where it has to be, or nowhere. */
  MISSING,
  /** A record says something else than what was signed. */
  ALTERED,
  /** A record that says something else than what was signed, and an earlier time than its id. */
  BACK_DATED,
  /** A record stands at another's place. */
  OUT_OF_ORDER,
  /** A record stands more than once. */
  DUPLICATED,
  /** A record is of a time that cannot be. */
  TIME,
  /** A tile is missing, or is not what the entries make it. */
  TILE,
  /** The search shows something that the log does not say, or leaves something out. */
  SEARCH;

  /** As it is written in reports: {@code out-of-order}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
