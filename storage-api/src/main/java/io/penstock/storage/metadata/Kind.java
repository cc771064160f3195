package io.penstock.storage.metadata;

/** What can be written onto; a column is a part of its table. */
public enum Kind {
  BRANCH,
  BUCKET,
  TABLE
}
