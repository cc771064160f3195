package io.penstock.audit.search;

import io.penstock.audit.keep.Projection;
import io.penstock.audit.keep.Trail;
import java.util.Set;

/**
 * What is searched, from opening to closing, over and over: it follows the trails from where it was
 * committed last. While it is closed or unusable everything but opening throws {@link
 * io.penstock.model.PlatformException} {@code UNAVAILABLE}.
 */
public sealed interface SearchIndex extends Projection, AutoCloseable
    permits RecordIndex, ElasticIndex {

  /**
   * Opens the last commit; the trails have to be followed from there. An index that cannot be read,
   * of another shape or origin, or that claims trails that are not there, begins anew.
   */
  void open(Set<Trail> existing);

  /**
   * Drops what was committed, so that the next opening begins with nothing. On a local disk it
   * fails while another process has it open; in a cluster others begin anew as well.
   */
  void clear();

  /** Whether it is open and what it stands on has not failed. */
  boolean isUsable();

  /** From now on searches are answered: what was durable at the opening is applied. */
  void completed();

  /** Makes what is applied survive a restart; without it only time is lost. */
  void commit();

  /** Closes without a commit. */
  @Override
  void close();
}
