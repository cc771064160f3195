package io.penstock.storage.job;

import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Readers' credentials of projects that a job of another project reads from. Thread-safe. */
@Component
class SealedReaders {
  private final JdbcClient jdbc;

  SealedReaders(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * A project's reader.
   *
   * @param sealed under the project's key
   */
  record SealedReader(long projectId, byte[] sealed) {}

  /** By one query; none for most jobs. */
  List<SealedReader> of(Collection<Long> projects) {
    return projects.isEmpty()
        ? List.of()
        : jdbc.sql(
                "SELECT id, sealed_reader FROM project WHERE id = ANY(:ids) AND state <> 'PURGED'")
            .param("ids", projects.toArray(Long[]::new))
            .query((rs, _) -> new SealedReader(rs.getLong(1), rs.getBytes(2)))
            .list();
  }
}
