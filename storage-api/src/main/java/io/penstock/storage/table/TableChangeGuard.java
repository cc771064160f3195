package io.penstock.storage.table;

import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask.TableChange;

/**
 * Says no to a change of a table's structure or rows on behalf of what builds on the table, or
 * because the table is of a kind that cannot be changed. All guards are asked, in the transaction
 * that accepts the job and behind the table's lock; they may write there what goes with the change.
 */
interface TableChangeGuard {

  /**
   * Returns, or refuses.
   *
   * @param force the caller's {@code force}: dependants are to follow instead of standing against
   *     it
   * @throws PlatformException with the code that the contract has for it
   */
  void check(DataTable table, TableChange change, boolean force);
}
