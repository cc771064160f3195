package io.penstock.importer.structure;

import io.penstock.warehouse.CatalogueRow;
import java.util.List;

/**
 * Where a change of structure leads.
 *
 * @param target what the catalogue is to say; the generation is still the current one
 * @param way how the rows get there
 * @param statements that bring the current generation there
 */
record Alteration(CatalogueRow target, Way way, List<String> statements) {

  /** What becoming the target takes. */
  enum Way {
    /** Statements, if any, that no reader notices, however long they take. */
    BESIDE_READERS,
    /** Statements of no duration, for which nobody may be reading. */
    BETWEEN_READERS,
    /** The rows have to be written anew. */
    COPY
  }
}
