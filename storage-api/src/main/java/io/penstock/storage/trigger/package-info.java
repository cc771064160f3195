/**
 * Triggers: who wants to hear of imports into which tables. A firing is written in the transaction
 * that ends the import, and sent to the queue {@code penstock-trigger-firings} afterwards.
 */
@NullMarked
package io.penstock.storage.trigger;

import org.jspecify.annotations.NullMarked;
