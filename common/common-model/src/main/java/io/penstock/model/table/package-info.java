/** How a table is asked for: columns, filters, order. */
@NullMarked
package io.penstock.model.table;

import org.jspecify.annotations.NullMarked;
