/**
 * Jobs: accepted in the transaction of the call, dispatched one writer a table, ended by the
 * worker's outcome.
 */
@NullMarked
package io.penstock.storage.job;

import org.jspecify.annotations.NullMarked;
