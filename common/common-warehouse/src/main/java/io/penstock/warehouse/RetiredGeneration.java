package io.penstock.warehouse;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A generation that a full load has replaced.
 *
 * @param generation whose rows these are
 * @param retiredBy the generation, and so the job, that took its place
 * @param sequence the catalogue row's since then: while it is still the same, nothing else has
 *     changed the table
 * @param rows how many rows it has
 * @param retiredAt when it was replaced
 * @param goneAt when its rows were removed; null: they are there
 * @param overdue the time for which rows are kept is over
 */
public record RetiredGeneration(
    long tableId,
    long generation,
    long retiredBy,
    long sequence,
    long rows,
    Instant retiredAt,
    @Nullable Instant goneAt,
    boolean overdue) {

  /** The generation's table with its schema. */
  public String table() {
    return Identifiers.generation(tableId, generation);
  }
}
