package io.penstock.storage.table;

import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.web.Params;
import java.util.Map;

/**
 * Accepts loads whose rows come from elsewhere than a file. A feature makes a component of it;
 * {@link LoadService} finds the one that serves a call's source.
 */
public interface RowSource {

  /**
   * The contract's {@code operationName} of {@link #create}'s job; its end makes the table ready.
   */
  String CREATE = "tableCreate";

  /** Whether this feature loads from there. */
  boolean serves(LoadSource source);

  /**
   * Accepts the job that makes a table. The caller may write the bucket; nothing else is checked
   * yet, see {@link TableNames} for the name.
   *
   * @return the contract's job object
   * @throws PlatformException what the caller has to change
   */
  Map<String, Object> create(Caller caller, Bucket bucket, LoadSource source, Params params);

  /**
   * Accepts the job that loads into a table which the caller may write.
   *
   * @return the contract's job object
   * @throws PlatformException what the caller has to change
   */
  Map<String, Object> load(Caller caller, Tables.Located into, LoadSource source, Params params);
}
