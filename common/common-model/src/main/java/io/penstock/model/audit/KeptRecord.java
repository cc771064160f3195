package io.penstock.model.audit;

import java.util.List;

/**
 * A record and where it stands.
 *
 * @param index its place in its organisation's trail, from 0 on: the leaf that proves it
 * @param replaced SHA-256s of what is kept beside the entry and only referred to in the record;
 *     empty: the record is whole
 */
public record KeptRecord(long index, AuditRecord record, List<String> replaced) {

  public KeptRecord {
    replaced = replaced == null ? List.of() : List.copyOf(replaced);
  }

  public KeptRecord(long index, AuditRecord record) {
    this(index, record, List.of());
  }
}
